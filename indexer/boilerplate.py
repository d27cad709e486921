"""Web boilerplate around a report: found by where it stands, its shape and what it talks about.

A page is head, body, tail. Each line counts for the report (sentences, numbered headings) or against it (it talks
about the page itself: its site, buttons, links, files, rights), and the body is the run of lines that counts most.
Around it every line that is no title, salutation, date, signature or annex goes, if any line there talks about the
page; else nothing does. Inside the body only a short line made of little but such words goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.headings import STYLES

# What a web page says about itself, by subject. Words that reports use too (网站, 公众号, 下载…) count by the share of
# the line that they fill; ADDRESS below is what reports do not do: speak to the reader of the page.
CHROME = re.compile(
    r"本站|本网|本平台|站点|网站|网页|网址|手机|主办单位|承办单位|技术支持|上传者?|小编|网友|用户|客服|广告"  # the site
    r"|下载|文档|文库|VIP|会员|积分|金币|充值|付费|免费|试读|预览|收藏|范文|模板|全文|原文|格式|APP|app"  # its files
    r"|分享|转发|扫一扫|扫码|扫描|二维码|公众号|微信|微博|朋友圈|关注|点赞|评论|留言|QQ|投稿|订阅"  # its sharing
    r"|打印|字号|字体|[大中小](?=\s)|超大|关闭|窗口|顶部|浏览|阅读|点击|访问|登录|注册|搜索|菜单|展开|收起|查看"
    r"|更多|手机版|电脑版|客户端|无障碍|适老|长者|繁体|简体|English|语音|朗读|播放|滑动|拖动"  # its buttons
    r"|首页|位置|上一|下一|相关|推荐|热门|热点|排行|猜你|可能|延伸|专题|栏目|导航|返回|链接|标签|目录页"  # its links
    r"|版权|免责|声明|转载|侵权|删除|举报|备案|ICP|网安备|不代表|仅供|保留.{0,4}权利|联系|邮箱|电话|热线"  # its rights
    r"|责任编辑|责编|编辑|来源|作者|发布|发表|时间|日期|次数|人次|纠错|审核|校对|稿源|记者|更新"  # its making
)
ADDRESS = re.compile(
    r"本站|本网|本平台|[本该](?:文(?!件)|页面?|帖|词条|作品|资料|文档|栏目|频道|号)|小编|楼主|[你您]"
    r"|请(?:勿|联系|注明|及时|点击|登录|关注|扫|下载|自行|支持|在下)|点击|如有|如需|若有|如涉|免责|不得转载|转载(?:请|须)|请予?删除|仅供|海量|低至|已下载"
    r"|(?:未经|经).{0,4}(?:授权|许可)|版权(?:所有|归|声明)|不代表|网安备|ICP|AI|大模型|原创|知识共享|公有领域|来源国|引用日期|词条|温馨提示|隐私政策"
)
PROTECTED = re.compile(
    r"[：:]$|^[—─]{1,3}.*\d{4}年|附[件表图]|附：|名词解释|术语|注释|抄送|印发|特此|此件|公开发布|^(?:以上|请予|妥否|当否)"
    r"|^(?:各位|尊敬的).{2,14}[！!]$"
    r"|[〔\[【［(（]\s*[12]\d{3}\s*[〕\]】］)）]\s*第?\s*\d+\s*号"
    r"|^[（(]?(?:[12]\d{3}|[〇零一二三四五六七八九]{4}|\*\*)年.{1,3}月.{1,3}日"
    r"|(?:政府|委员会|常委会|国务院|办公厅|办公室|法院|检察院|厅|局|办|委|院|处|中心)"
    r"(?:[\s　]+[\u4e00-\u9fff　 ]{0,5})?$"
    r"|(?:总理|省长|市长|区长|县长|州长|主席|主任|院长|检察长|局长|厅长)[\s　]+[\u4e00-\u9fff][\u4e00-\u9fff　 ]{1,4}$"
)
TITLE = re.compile(
    r"(?:报告|意见|通知|决定|办法|规定|条例|法|公报|纲要|方案|规划|讲话|答复|批复|细则|说明|总结|通报|年报)"
    r"(?:全文)?(?:[(（].{1,12}[)）])?$"
)
_LABEL = re.compile(
    r"^\W*(?:来源|作者|编辑|责编|责任编辑|审核|校对|发布\w*|主办\w*|承办\w*|信息\w*|稿源|时间|浏览\w*)\s*[:：]"
)
_SENTENCE = re.compile(r"[。！？；]|，.*，")
_NUMBERED = re.compile("|".join(pattern.pattern.replace("?P<n>", "?:") for _, pattern in STYLES.values()))
# Atomic groups and possessive repeats: what was read is not read again, so a line of a megabyte takes no longer per
# character than a short one.
_BREADCRUMB = re.compile(
    r"^(?>.*?(?:首页|位置)).*[>»›/|＞→]|\S\s+[>»›/|＞·]\s+\S.*\s[>»›/|＞·]\s+\S|\S[|｜]\s?\S+[|｜]\s?\S"
)
_LINKS_ONLY = re.compile(
    r"^\W*+(?:https?://|www\.)\S++\W*$|^[^\w\[]*+(?:\S{1,6}[:：]\s*+)?\[++[^\[\]]++\]\([^()]*+\)\W*$"
)

MIN_PROSE_CHARS = 20
SHORT_CHARS = 45
BODY_SHARE = 0.4  # inside the body a short line goes when it is at least this much chrome


@dataclass(frozen=True)
class Line:
    """A line of a page, trimmed, and what it looks like by itself."""

    text: str

    @property
    def share(self) -> float:
        """Share of the line's letters, digits and characters that lies in words about the page."""
        letters = sum(char.isalnum() for char in self.text)
        covered = sum(len(match[0]) for match in CHROME.finditer(self.text))
        return covered / letters if letters else 0.0

    @property
    def is_prose(self) -> bool:
        """Whether the line holds sentences."""
        return bool(_SENTENCE.search(self.text)) and (len(self.text) >= MIN_PROSE_CHARS or self.text[-1] in "。；")

    @property
    def is_chrome(self) -> bool:
        """Whether the line talks about the page."""
        if self.is_prose:
            subjects = {match[0] for match in CHROME.finditer(self.text)}
            addressed = len({match[0] for match in ADDRESS.finditer(self.text)})
            return addressed >= 2 or (addressed == 1 and (len(subjects) >= 2 or self.share >= 0.12))
        if _BREADCRUMB.search(self.text) or _LINKS_ONLY.search(self.text):
            return True
        if ADDRESS.search(self.text) or _LABEL.match(self.text):
            return True
        return self.share >= 0.25 and not (TITLE.search(self.text) or self.is_protected)

    @property
    def is_protected(self) -> bool:
        """Whether the line belongs to a report wherever it stands: salutation, date, signature, annex."""
        return bool(PROTECTED.search(self.text)) and self.share < 0.5 and not _LABEL.match(self.text)

    @property
    def weight(self) -> float:
        """How much the line counts for the report (> 0) or against it (< 0)."""
        if self.is_chrome:
            return -3.0 if self.is_prose else -2.0
        if self.is_prose:
            return min(len(self.text), 100) / 20
        if _NUMBERED.match(self.text.lstrip("# ")):
            return 1.0
        return 0.0 if self.is_protected else -0.2


def boilerplate(lines: list[str]) -> dict[int, str]:
    """Indices of the lines that are boilerplate, each with the reason; ``lines`` is the whole page in order.

    Blank lines are never named. A page in which nothing reads as a report loses nothing.
    """
    page = {index: Line(text.strip()) for index, text in enumerate(lines) if text.strip()}
    first, last = _heaviest_run({index: line.weight for index, line in page.items()})
    if first > last:
        return {}
    dropped: dict[int, str] = {}
    head = [index for index in page if index < first]
    tail = [index for index in page if index > last]
    for name, zone in (("before", head), ("after", tail)):
        has_chrome = any(page[index].is_chrome for index in zone)
        for index in zone:
            line = page[index]
            if line.is_chrome:
                dropped[index] = f"about the page, {name} the report"
            elif has_chrome and not (line.is_protected or (name == "before" and TITLE.search(line.text))):
                dropped[index] = f"beside lines about the page, {name} the report"
    _drop_repeated_titles(page, head, dropped)
    for index in page:
        line = page[index]
        if first < index < last and line.is_chrome and not line.is_prose and line.share >= BODY_SHARE:
            dropped[index] = "about the page, inside the report"
    return dropped


def _heaviest_run(weights: dict[int, float]) -> tuple[int, int]:
    """First and last index of the run of lines with the greatest sum (Kadane 1984); (0, -1) when none is > 0."""
    best, run, found, start = 0.0, 0.0, (0, -1), 0
    for index, weight in weights.items():
        if run <= 0:
            run, start = 0.0, index
        run += weight
        if run > best:
            best, found = run, (start, index)
    return found


def _drop_repeated_titles(page: dict[int, Line], head: list[int], dropped: dict[int, str]) -> None:
    seen: set[str] = set()
    for index in head:
        text = page[index].text
        if index not in dropped and text in seen:
            dropped[index] = "the title again"
        seen.add(text)
