"""One article on every outlet: sent, seen, confirmed by people, corrected, withdrawn; and a broken outlet mended."""

from __future__ import annotations

import re

from article_builders import ArticleRef, Team, give_topic
from flask import Flask
from flows.networks import Networks
from flows.steps_channels import GROUP
from flows.visitor import Visitor
from flows.world import World
from playwright.sync_api import Locator, expect
from publishing_builders import Desk

from channel_plugins.simulators.facebook import PAGE_ID

MENDED = "Ngày hội đọc sách, bản đính chính"
SECOND = "Lịch tiêm chủng của học sinh khối 1"
ADDRESS = "phuhuynh.noi@example.com"
STATION = "Lường Văn Loa"
PROOF = "https://zalo.example.vn/nhom/4a/1"
CHANGEABLE = ("Trang thông tin điện tử", "Trang Facebook", "Zalo OA", "Trang WordPress", "Hệ thống riêng")


def desk_of(app: Flask, place: World) -> Desk:
    """Return the school as the builders know it: how articles are written and approved has tests of its own."""
    people = (place.teacher, place.teacher, place.vetter, place.principal, place.principal, place.web, place.web)
    return Desk(Team(place.primary, *people), give_topic(app, place.primary), {})


def subscribe(parent: Visitor, place: World, nets: Networks) -> None:
    """By the public form and the letter that comes of it."""
    parent.open(f"/s/{place.primary.slug}/")
    parent.follow("Nhận tin qua thư")
    parent.type("Địa chỉ thư điện tử", ADDRESS)
    parent.page.get_by_label(re.compile("^Tôi đồng ý")).check()
    parent.press("Đăng ký nhận tin")
    parent.sees("Hãy mở hộp thư của quý vị.")
    nets.pass_minutes(1)
    (letter,) = nets.simulator("mail").to(ADDRESS)
    parent.page.goto(f"{nets.address('mail')}/thu/{letter.number}")
    link = re.search(rf"{re.escape(parent.address)}\S+", parent.page.locator("pre").inner_text())
    assert link is not None
    parent.page.goto(link.group())
    parent.press("Đồng ý nhận tin")
    parent.sees("Cảm ơn quý vị.")


def _publishing(web: Visitor, place: World, article: ArticleRef) -> None:
    web.open(f"/u/{place.primary.slug}/publishing/articles/{article.id}")


def _history(web: Visitor) -> Locator:
    return web.page.locator("section", has=web.page.get_by_role("heading", name="Bài này trên các kênh"))


def _open_delivery(web: Visitor, place: World, article: ArticleRef, outlet: str) -> None:
    _publishing(web, place, article)
    _history(web).get_by_role("link", name=re.compile(f"^{re.escape(outlet)}")).first.click()


def send_to_all(web: Visitor, place: World, article: ArticleRef) -> None:
    _publishing(web, place, article)
    web.sees("Sẽ gửi thư tới 1 người")
    for outlet in web.page.locator("input[name=account]").all():
        outlet.check()
    web.press("Xác nhận đăng")
    web.sees("Đã giao bài cho máy phát hành")


def see_what_came_of_it(web: Visitor, place: World, article: ArticleRef, nets: Networks) -> None:
    """Six outlets have it; the radio and the group wait for a person."""
    nets.pass_minutes(8)
    _publishing(web, place, article)
    expect(_history(web).get_by_text("Đã đăng", exact=True)).to_have_count(6)
    expect(_history(web).get_by_text("Chờ xác nhận", exact=True)).to_have_count(2)


def confirm_the_broadcast_without_an_account(web: Visitor, station: Visitor, place: World, article: ArticleRef) -> None:
    _open_delivery(web, place, article, "Bản tin phát thanh")
    link = re.search(r"/x/\S+", web.box("Tin nhắn kèm đường dẫn, gửi qua Zalo hoặc SMS").input_value())
    assert link is not None
    station.open(link.group())
    station.type("Họ tên người xác nhận", STATION)
    station.press("Xác nhận đã phát")
    station.sees("Đã ghi nhận: đã phát.")
    web.page.reload()
    web.sees(STATION, "Đã đăng")


def confirm_the_post_in_the_group(web: Visitor, place: World, article: ArticleRef) -> None:
    _open_delivery(web, place, article, GROUP)
    web.type("Địa chỉ bài đăng (nếu có)", PROOF)
    web.press("Ghi nhận đã đăng")
    web.sees("Đã đăng")
    expect(web.page.get_by_role("link", name="Mở bài trên kênh")).to_have_attribute("href", PROOF)


def send_the_broadcast_once(web: Visitor, place: World, article: ArticleRef, nets: Networks) -> None:
    """The followers of the OA are written to only after a person has read the quota and agreed."""
    _open_delivery(web, place, article, "Zalo OA")
    web.follow("Xem hạn mức rồi quyết định")
    web.sees("lượt")
    assert nets.simulator("zalo").broadcasts == []
    web.page.locator("#agreed").check()
    web.press("Gửi một lần")
    nets.pass_minutes(1)
    web.page.reload()
    web.sees("Đã gửi")
    assert len(nets.simulator("zalo").broadcasts) == 1


def see_the_correction(web: Visitor, place: World, article: ArticleRef, nets: Networks) -> None:
    """The new text takes the place of the old one wherever the outlet allows it."""
    _publishing(web, place, article)
    web.sees("Bản trước đang ở trên kênh; bản này sẽ thay vào chỗ đó.")
    for outlet in CHANGEABLE:
        web.page.get_by_label(re.compile(f"^{outlet}")).check()
    web.press("Xác nhận đăng")
    nets.pass_minutes(8)
    (post,) = nets.simulator("facebook").state()["pages"][PAGE_ID]["posts"]
    assert post["edited"] and MENDED in post["message"]
    for network in ("zalo", "wordpress"):
        web.page.goto(f"{nets.address(network)}/")
        web.sees(MENDED)


def order_it_off_every_outlet(principal: Visitor, place: World, article: ArticleRef) -> None:
    principal.open(f"/u/{place.primary.slug}/orders/new/{article.id}")
    principal.type("Lý do", "Gia đình học sinh đề nghị.")
    principal.press("Ra lệnh")
    principal.sees("Từng kênh")


def carry_the_order_out(web: Visitor, place: World, nets: Networks) -> None:
    """What the system cannot take down itself, a person answers for; then the order is done."""
    web.open(f"/u/{place.primary.slug}/orders/")
    web.page.get_by_role("main").get_by_role("link").filter(has_text="Ngày hội").first.click()
    web.press("Gỡ khỏi mọi kênh có thể gỡ")
    web.page.get_by_role("dialog").get_by_role("button").last.click()
    nets.pass_minutes(6)
    web.page.reload()
    by_hand = web.page.locator("li[id^=item]", has=web.page.get_by_text("Ghi kết quả bằng tay"))
    expect(by_hand).not_to_have_count(0)
    for left in range(by_hand.count(), 0, -1):
        row = by_hand.first
        row.get_by_text("Ghi kết quả bằng tay").click()
        row.get_by_label(re.compile("^Đã xử lý bằng cách khác")).check()
        row.get_by_label("Đã làm gì, hoặc vì sao không làm được").fill("Đã báo người nghe, người nhận.")
        row.get_by_role("button", name="Ghi nhận").click()
        expect(by_hand).to_have_count(left - 1)
    web.sees("Đã xong")
    assert nets.simulator("facebook").state()["pages"][PAGE_ID]["posts"] == []


def see_facebook_paused_and_told_once(
    web: Visitor, officer: Visitor, place: World, article: ArticleRef, nets: Networks
) -> None:
    """Somebody changed the password: nothing goes out, nothing is lost, everybody is told once."""
    nets.simulator("facebook").kill(PAGE_ID)
    _publishing(web, place, article)
    web.page.get_by_label(re.compile("^Trang Facebook")).check()
    web.press("Xác nhận đăng")
    nets.pass_minutes(3)
    for who, unit in ((web, place.primary), (officer, place.office)):
        who.open(f"/u/{unit.slug}/notices/")
        expect(who.page.get_by_role("main").get_by_role("listitem").filter(has_text="Facebook")).to_have_count(1)
    web.open(f"/u/{place.primary.slug}/publishing/outlets")
    web.sees("Cần người xử lý")


def connect_facebook_again_in_place(web: Visitor, nets: Networks) -> None:
    """The same outlet, its history kept; the item that was kept goes out at a word."""
    web.page.get_by_role("main").get_by_role("link", name=re.compile("^Trang Facebook")).first.click()
    web.follow("Kết nối lại")
    web.press("Bắt đầu")
    web.follow("Sang trang đồng ý")
    web.press("Tiếp tục")
    web.press("Kết nối nơi này")
    web.sees("có quyền đăng")
    web.follow("Kênh của đơn vị")
    web.sees("1 bài cần xem")
    web.follow("Xem")
    web.follow(SECOND)
    web.press("Gửi lại")
    nets.pass_minutes(2)
    (post,) = nets.simulator("facebook").state()["pages"][PAGE_ID]["posts"]
    assert SECOND in post["message"]
