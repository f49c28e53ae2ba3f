"""What somebody does to the diary's sheet: where a time is on the screen, and what is dragged there."""


def block(page, name):
    return page.locator(".diary__one", has_text=name)


def spot(page, column, hour):
    """Where on the screen *hour* (15 is three o’clock) is in the column of this name, beside what stands there."""
    first = int(page.locator(".diary__hours li").first.inner_text()[:2])
    box = page.get_by_role("group", name=column, exact=True).bounding_box()
    minute = page.locator(".diary__hours li").nth(1).bounding_box()["y"] - box["y"]
    return box["x"] + box["width"] - 2, box["y"] + (hour - first) * minute + 2


def drag(page, name, column, hour):
    """Drag an appointment and hold it there; return what it says of its time meanwhile."""
    box = block(page, name).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 1)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 20, steps=3)
    page.mouse.move(*spot(page, column, hour), steps=3)
    return block(page, name).locator(".diary__time")
