"""What somebody does who has no mouse."""

MOST_TABS = 60


def tab_to(page, target):
    """Press Tab until *target* has the focus."""
    for _ in range(MOST_TABS):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def press(page, target, key="Enter"):
    tab_to(page, target)
    page.keyboard.press(key)
