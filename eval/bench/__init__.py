"""``make bench``: speed and size, as ratios within one run beside the bare libraries; results are kept as files."""
