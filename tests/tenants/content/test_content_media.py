"""Pictures: what is taken, what is refused, where they stand."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from article_builders import FULL, add_pictures, article_ref, described, draft, jpeg, make_team, submitted
from builders import in_unit
from PIL import Image

from tenants.content import article_text, media, queries, revisions, service
from tenants.errors import NotFound, Refused
from tenants.files import store

GPS = 0x8825


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "Điện thoại thử"
    exif.get_ifd(GPS)[1] = "N"
    return jpeg(exif=exif.tobytes())


def shown(app, unit, article_id):
    with in_unit(app, unit):
        return queries.media_of(queries.head_revision(queries.get_article(article_id)).id)


def test_a_picture_is_stored_smaller_and_without_place_or_device(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    ready, _refused = media.make_ready([("lop-hoc.jpg", photo_with_place())], max_side=30)
    with in_unit(app, team.unit):
        media.attach(ref.id, ready, actor_id=team.author.id)
    [picture] = shown(app, team.unit, ref.id)
    assert (picture.filename, picture.width, picture.height) == ("lop-hoc.jpg", 30, 20)
    with in_unit(app, team.unit):
        kept = Image.open(io.BytesIO(store().get(picture.sha256)))
        assert kept.size == (30, 20)
        assert dict(kept.getexif()) == {}
        assert Image.open(io.BytesIO(store().get(picture.thumb_sha256))).format == "JPEG"


def test_one_bad_file_does_not_spoil_the_others():
    files = [("mot.jpg", jpeg()), ("van-ban.jpg", b"<html>khong phai anh</html>"), ("hai.jpg", jpeg(colour="red"))]
    ready, refused = media.make_ready(files, 1600)
    assert [picture.filename for picture in ready] == ["mot.jpg", "hai.jpg"]
    assert [file.filename for file in refused] == ["van-ban.jpg"]
    assert "van-ban.jpg" in refused[0].sentence


def test_the_same_picture_twice_is_one_picture(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    first = add_pictures(app, team.unit, team.author, ref, jpeg())
    assert add_pictures(app, team.unit, team.author, ref, jpeg()) == []
    assert [picture.media_id for picture in shown(app, team.unit, ref.id)] == first


def test_pictures_change_their_order_one_place_at_a_time(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    one, two = add_pictures(app, team.unit, team.author, ref, jpeg(), jpeg(colour="red"))
    for picture, earlier in ((two, True), (two, True), (one, False)):
        with in_unit(app, team.unit):
            media.move(ref.id, picture, earlier=earlier, actor_id=team.author.id)
        assert [p.media_id for p in shown(app, team.unit, ref.id)] == [two, one]


def test_taking_a_picture_out_takes_it_out_of_the_body_too(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    [media_id] = add_pictures(app, team.unit, team.author, ref, jpeg())
    ref = article_ref(app, team.unit, ref.id)
    url = article_text.picture_url(team.unit.slug, media_id)
    text = replace(FULL, body_html=f'<p>Chữ</p><img src="{url}">', pictures=described(media_id))
    with in_unit(app, team.unit):
        service.save(ref.id, text, head_revision_id=ref.revision_id, saves=ref.saves, actor_id=team.author.id)
    with in_unit(app, team.unit):
        media.remove(ref.id, media_id, actor_id=team.author.id)
    assert shown(app, team.unit, ref.id) == []
    with in_unit(app, team.unit):
        assert queries.head_revision(queries.get_article(ref.id)).body_html == "<p>Chữ</p>"
        with pytest.raises(NotFound):
            media.remove(ref.id, media_id, actor_id=team.author.id)


def test_a_handed_in_article_takes_no_pictures(app):
    team = make_team(app)
    ref = submitted(app, team)
    with pytest.raises(Refused, match="handed-in"):
        add_pictures(app, team.unit, team.author, ref, jpeg())


def test_more_pictures_than_the_site_takes_are_refused(app, monkeypatch):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    monkeypatch.setattr(media, "MOST_PICTURES", 1)
    add_pictures(app, team.unit, team.author, ref, jpeg())
    with pytest.raises(Refused, match="too-many-pictures"):
        add_pictures(app, team.unit, team.author, ref, jpeg(colour="red"))


def test_an_upload_is_no_second_writer_for_the_page_it_came_from(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    ready, _refused = media.make_ready([("anh.jpg", jpeg())], 1600)
    with in_unit(app, team.unit):
        media.attach(ref.id, ready, actor_id=team.author.id, page="trang-1", read=(ref.revision_id, ref.saves))
    with in_unit(app, team.unit):
        saved = service.save(
            ref.id, replace(FULL, title="Viết tiếp"), head_revision_id=ref.revision_id, saves=ref.saves,
            actor_id=team.author.id, page="trang-1",
        )  # fmt: skip
        assert saved.conflict_id is None
    assert len(shown(app, team.unit, ref.id)) == 1


def test_an_upload_does_not_let_its_page_overwrite_what_it_never_saw(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    with in_unit(app, team.unit):
        service.save(
            ref.id, replace(FULL, title="Của người khác"), head_revision_id=ref.revision_id, saves=ref.saves,
            actor_id=team.colleague.id, page="trang-2",
        )  # fmt: skip
    ready, _refused = media.make_ready([("anh.jpg", jpeg())], 1600)
    with in_unit(app, team.unit):
        media.attach(ref.id, ready, actor_id=team.author.id, page="trang-1", read=(ref.revision_id, ref.saves))
    with in_unit(app, team.unit):
        saved = service.save(
            ref.id, replace(FULL, title="Viết tiếp"), head_revision_id=ref.revision_id, saves=ref.saves,
            actor_id=team.author.id, page="trang-1",
        )  # fmt: skip
        assert saved.conflict_id is not None
        article = queries.get_article(ref.id)
        assert article.title == "Của người khác"
        assert revisions.of_article(article, saved.conflict_id).title == "Viết tiếp"


def test_a_new_text_after_review_keeps_the_pictures_of_the_old_one(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    [media_id] = add_pictures(app, team.unit, team.author, ref, jpeg())
    ref = article_ref(app, team.unit, ref.id)
    text = replace(FULL, pictures=described(media_id))
    with in_unit(app, team.unit):
        saved = service.save(ref.id, text, head_revision_id=ref.revision_id, saves=ref.saves, actor_id=team.author.id)
        service.submit(ref.id, head_revision_id=saved.head_revision_id, actor_id=team.author.id)
    with in_unit(app, team.unit):
        service.save(
            ref.id, replace(text, title="Sửa lại", pictures=()), head_revision_id=saved.head_revision_id,
            saves=saved.saves, actor_id=team.author.id, reopen=True,
        )  # fmt: skip
    assert [p.alt for p in shown(app, team.unit, ref.id)] == [described(media_id)[0].alt]


def test_pictures_belong_to_their_unit(app):
    team, other = make_team(app), make_team(app)
    [media_id] = add_pictures(app, team.unit, team.author, draft(app, team.unit, team.author), jpeg())
    with in_unit(app, other.unit), pytest.raises(NotFound):
        queries.get_media(media_id)
