"""What a line of a saved web page looks like by itself: prose, heading, figure, control, entry of a list, note.

Words that reports use too (网站, 公众号, 版权, 下载…) count only by the share of a short line that they fill. Prose is
the site's only where it speaks of the page or to its reader; what it is about never matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from indexer.chinese.dates import OPENS_WITH_DAY
from indexer.chinese.document_numbers import YEAR_AND_NUMBER
from indexer.chinese.numerals import BELOW_100
from indexer.chinese.offices import POST, SHORT_BODY
from indexer.outline.headings import is_numbered

# What a web page says about itself, by subject: words that most sites share, and none that only the measured pages of
# one kind of site hold (eval/results/boilerplate.md).
ABOUT_PAGE = {
    "the site": r"本站|本网|网站|用户",
    "its files": r"下载|全文|格式|APP",
    "its sharing": r"分享|扫一扫|公众号|微信|关注|投稿",
    "its buttons": r"打印|字号|字体|[大中小](?=\s)|关闭|浏览|阅读|点击|登录|注册|搜索|检索"
    r"|展开|收起|查看|更多|无障碍|滑动|拖动",
    "its links": r"首页|位置|上一|下一|相关|热门|专题|导航|返回",
    "its rights": r"版权|声明|转载|举报|备案|ICP|联系",
    "its making": r"编辑|来源|作者|发布|发表|时间|日期",
}
CHROME = re.compile("|".join(ABOUT_PAGE.values()))
# Speaking of the page, or to its reader: no report does.
ADDRESS = re.compile(
    r"本站|本网|[本该](?:文(?!件|有删)|页面?|帖|词条|作品|资料|文档|栏目|频道|公众号)|楼主"
    r"|(?<![申邀敬提恳])请(?:勿|先|联系|注明|点击|登录|关注|扫|下载)"
    r"|(?:如[有需涉若]|若有|如果).{0,8}(?:侵|权益|使用|问题|疑问|请)|转载(?:请|须)|仅供|(?:全部|文章|以上)内容"
    r"|(?:未经|经).{0,4}(?:授权|许可).{0,8}(?:不得|禁止|谢绝|严禁)|版权(?:所有|归|属|声明)|ICP"
)
# Pages say 您 to their reader; so do replies to members of a congress, and what citizens are quoted with.
_YOU = re.compile(r"[您你](?!们)")
# A report may speak of itself and say whom to ask about it.
_OWN_VOICE = re.compile(r"本(?:年度)?(?:报告|年报|公报)(?!由.{0,8}上传)|现将|印发给")
PROTECTED = re.compile(
    r"^[—─]{1,3}.*\d{4}年|附[件表图]|附：|名词解释|术语|注释|抄送|印发|特此|此件|公开发布|^(?:以上|请予|妥否|当否)"
    rf"|^(?:各位|尊敬的).{{2,14}}[！!]$|^.{{0,12}}令?第\s?[\d〇零{BELOW_100}百]+\s?号$|^[（(][^（()）]*[)）]$|^(?:联系|咨询|监督)(?:人|电话|方式|地址)[：:]"
    rf"|{YEAR_AND_NUMBER}|^{OPENS_WITH_DAY}"
    rf"|{SHORT_BODY}(?:文件)?(?:[\s　]+[\u4e00-\u9fff　 ]{{0,5}})?$"
    rf"|{POST}[\s　]+[\u4e00-\u9fff][\u4e00-\u9fff　 ]{{1,4}}$"
)
TITLE = re.compile(
    r"(?:报告|意见|通知|决定|办法|规定|条例|法|公报|纲要|方案|规划|讲话|答复|批复|细则|说明|总结|通报|年报|报表|汇报|复函|公告|通告)"
    r"(?:全文)?(?:[(（].{1,12}[)）])?$"
)
_LABEL = re.compile(
    r"^\W*(?:来源|作者|编辑|责编|责任编辑|审核|校对|发布\w*|主办\w*|承办\w*|信息\w*|稿源|时间|浏览\w*)\s*[:：]"
)
# A clock time, or a day written in digits and signs: reports write 2023年1月16日.
_STAMP = re.compile(
    r"(?<!\d)(?:\d{4}([-/.])\d{1,2}\1\d{1,2}(?=.)|[0-2]?\d:[0-5]\d(?::[0-5]\d)?)(?!\d)"
    r"|^\d{4}年\d{1,2}月\d{1,2}日(?:[\s　]+\S{1,6}){3,}$|[□★☆▼▲]{2}"
)
# “大小：86KB 页数：14页”: several labels with their values in one line.
_PAIRS = re.compile(r"^\W*[^\W\d][^:：，。]{0,9}[:：]\s*[^\s:：]{1,20}[\s　|]+[^\W\d][^:：，。\s]{0,9}\s?[:：]")
# An entry of a list of pages or files: it ends in a day or in a file's extension.
_LISTED = re.compile(
    r"\S\s*[\[(（]?(?:\d{4}[-/.])?[01]?\d[-/][0-3]?\d[\])）]?$|\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar)\W*$", re.I
)
_NEIGHBOUR_PAGE = re.compile(r"^\W*[上下](?:一[篇条页版个则]|[篇条页])(?:\s|[:：]|$)")
_SENTENCE = re.compile(r"[。！？；]|，.*(?:，|[：:]$)")
_FORMAL = re.compile(rf"第[〇零{BELOW_100}百]{{1,5}}[章节]|[{BELOW_100}]{{1,3}}、|[(（][{BELOW_100}]{{1,3}}[)）]")
# What is counted in a report; a page counts itself in 次, 人, 页, 分, or with no unit.
_FIGURE = re.compile(
    r"\d\s*(?:[%％‰]|[万亿]|个|元(?!/)|户|件|家|项|名|所|座|套|起|辆|张|公里|千米|平方|立方|亩|公顷|吨|千瓦|人次|工作日|[款例宗])"
    r"|百分之|[\s　|][-+]?\d[\d.,]*[\s　|]+[-+]?\d[\d.,]*[\s　|]*$|[（(]单位[:：]"
)
# Atomic groups and possessive repeats: what was read is not read again, so a line of a megabyte takes no longer per
# character than a short one.
_STEP = r"\s*(?:>>?|»|›|＞|->|→)\s*"
_BREADCRUMB = re.compile(
    r"^(?>.*?(?:首\s?页|位置|导航)).*[>»›/|＞→]"
    rf"|^[^\s>»›＞]{{2,20}}{_STEP}[^\s>»›＞]{{2,20}}{_STEP}\S|^\S{{2,8}}(?: [/｜|] \S{{2,8}})+$"
)
_BAR = re.compile(r"\S\s+[/|＞·]\s+\S.*\s[/|＞·]\s+\S|\S[|｜]\s?\S+[|｜]\s?\S|^←|→$")
# The words on buttons. A line made of nothing else is one, wherever it stands.
_BUTTON = re.compile(
    r"打印|字号|关闭|返回|首页|点击|登录|注册|展开|收起|查看|更多|阅读|全文|扫一扫|分享|微信|上一[篇页条]|下一[篇页条]"
    r"|[大中小超特](?![\u4e00-\u9fff])|正文|加载"
)
_MENU = re.compile(r"\W*[\u4e00-\u9fff]{2,6}(?:[\s　☆·|｜]+[\u4e00-\u9fff]{2,6}){3,}\W*")
_ENTRY = re.compile(r"^[^\d\s]\D*[\s　|][-\d.,%％\s　|]*\d[%％]?$|\d\s?(?:[万亿]|[万亿]?[个元户件家项名人吨亩条]次?)$")
_BARE_DAY = re.compile(r"[(（]?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[)）]?")

MIN_PROSE_CHARS = 20
LONG_PROSE_CHARS = 80
MIN_BUTTON_SHARE = 0.8  # of a line that is a control wherever it stands
MOSTLY = 0.5  # of a line about the page in spite of its number, or of how much it looks like a report's
MIN_CHROME_SHARE = 0.25  # of a short line about the page, where pages speak of themselves
MIN_ADDRESS_SHARE = 0.12  # of a sentence that speaks to its reader, so that it speaks of the page too
# How many different words to its reader make a sentence the site's: one that counts something or is long, and one in
# which a report speaks of itself; and of how many subjects of a page one that has but one such word must speak.
MIN_ADDRESSED, MIN_ADDRESSED_IN_OWN_VOICE, MIN_SUBJECTS = 2, 3, 2


@dataclass(frozen=True)
class Line:
    """A line of a page, trimmed, and what it looks like by itself."""

    text: str

    @cached_property
    def share(self) -> float:
        """Share of the line's letters, digits and characters that lies in words about the page."""
        return _share(CHROME, self.text)

    @cached_property
    def is_prose(self) -> bool:
        """Whether the line holds sentences."""
        return bool(_SENTENCE.search(self.text)) and (len(self.text) >= MIN_PROSE_CHARS or self.text[-1] in "。；")

    @cached_property
    def is_numbered(self) -> bool:
        """Whether the line begins with a mark of the ladder: （七）, 3., 二是."""
        return is_numbered(self.text.lstrip("# "))

    @cached_property
    def is_formal_heading(self) -> bool:
        """Whether the line is a heading 一、 or （一） or 第一章: lists of links count 1, 2, 3."""
        return not self.is_prose and bool(_FORMAL.match(self.text.lstrip("# ")))

    @cached_property
    def has_figure(self) -> bool:
        """Whether something is counted or measured in the line, or it is a row of numbers."""
        return bool(_FIGURE.search(self.text))

    @cached_property
    def is_row(self) -> bool:
        """Whether the line is a row of a Markdown table."""
        return self.text.startswith("|") and self.text.endswith("|")

    @cached_property
    def is_control(self) -> bool:
        """Whether the line can only be a control of the page: the path to it, buttons."""
        if self.is_prose or self.is_numbered or self.is_row:
            return False
        if _BREADCRUMB.search(self.text):
            return True
        return not self.has_figure and _share(_BUTTON, self.text) >= MIN_BUTTON_SHARE

    @cached_property
    def is_stamp(self) -> bool:
        """Whether the line notes how the page was made: its source, its editor, its day or minute."""
        if self.is_prose or self.is_numbered:
            return False
        if _LABEL.match(self.text) or _STAMP.search(self.text):
            return True
        return bool(_PAIRS.match(self.text)) and not self.is_protected

    @cached_property
    def is_bar(self) -> bool:
        """Whether the line is short words side by side: the menu of a site, or the head of a table."""
        return bool(_MENU.fullmatch(self.text) or _BAR.search(self.text)) and not self.is_row

    @cached_property
    def is_entry(self) -> bool:
        """Whether the line is a name and its number, as in a table."""
        return self.is_row or (bool(_ENTRY.search(self.text)) and self.share < MIN_CHROME_SHARE)

    @cached_property
    def is_listed(self) -> bool:
        """Whether the line is an entry of a list of pages or files."""
        return not (self.is_prose or self.is_annex) and bool(
            _LISTED.search(self.text) or _NEIGHBOUR_PAGE.search(self.text)
        )

    @cached_property
    def is_bare_day(self) -> bool:
        """Whether the line is a day in digits and nothing else: of the report or of the page, its place tells."""
        return bool(_BARE_DAY.fullmatch(self.text))

    @cached_property
    def is_annex(self) -> bool:
        return self.text.startswith("附") and self.is_protected

    @cached_property
    def is_chrome(self) -> bool:
        """Whether the line talks about the page, as far as it tells by itself."""
        if self.is_prose:
            return self._is_address
        if self.is_row or self.is_bare_day:
            return False
        if self.is_control or self.is_listed or _BAR.search(self.text):
            return True
        if self.has_figure and not _LABEL.match(self.text):
            return False
        if self.is_stamp or (self.addresses_reader and not self.is_numbered):
            return True
        least = MOSTLY if self.is_numbered else MIN_CHROME_SHARE
        return self.share >= least and not (TITLE.search(self.text) or self.is_protected)

    @cached_property
    def addresses_reader(self) -> bool:
        return bool(ADDRESS.search(self.text) or _YOU.search(self.text))

    @property
    def _is_address(self) -> bool:
        subjects = {match[0] for match in CHROME.finditer(self.text)}
        addressed = len({match[0] for match in ADDRESS.finditer(self.text)})
        addressed += bool(addressed and _YOU.search(self.text))
        if not addressed:
            return bool(_YOU.search(self.text)) and self.share >= MIN_CHROME_SHARE and not self.has_figure
        if _OWN_VOICE.search(self.text):
            return addressed >= MIN_ADDRESSED_IN_OWN_VOICE
        if self.has_figure or len(self.text) > LONG_PROSE_CHARS:
            return addressed >= MIN_ADDRESSED and self.share >= MIN_ADDRESS_SHARE
        return addressed >= MIN_ADDRESSED or (
            addressed == 1 and (len(subjects) >= MIN_SUBJECTS or self.share >= MIN_ADDRESS_SHARE)
        )

    @cached_property
    def is_protected(self) -> bool:
        """Whether the line belongs to a report wherever it stands: salutation, date, signature, annex."""
        return bool(PROTECTED.search(self.text)) and self.share < MOSTLY and not _LABEL.match(self.text)


def _share(words: re.Pattern[str], text: str) -> float:
    letters = sum(char.isalnum() for char in text)
    covered = sum(len(match[0]) for match in words.finditer(text))
    return covered / letters if letters else 0.0
