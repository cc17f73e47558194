"""Shapes of articles: texts, revisions, pictures, reviews, previews."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.api.schemas.common import PageQuery
from tenants.approval.service import CHECKLIST, PASSED, RETURNED
from tenants.content import states
from tenants.content.article_text import GENRES, MAX_BODY
from tenants.content.media import MOST_PICTURES
from tenants.content.revisions import CONFLICT, SETTLED, TEXT

STEPS = (states.VET, states.APPROVE)


class ArticleQuery(PageQuery):
    """Which articles."""

    state = f.string("Only in this state.", choices=states.LABELS, load_default="")
    genre = f.string("Only of this genre.", choices=GENRES, load_default="")
    mine = f.flag_in_query("Only one's own.", load_default=False)
    q = f.string("Words that must all occur; case and diacritics do not count.", longest=200, load_default="")


class PictureSchema(f.ApiSchema):
    """A picture in a text."""

    media_id = f.ident("Id of the picture.", required=True)
    alt = f.string("Text alternative, for those who cannot see it.", longest=f.TEXT, load_default="")
    caption = f.string("Caption.", longest=f.TEXT, load_default="")


class ArticleTextSchema(f.ApiSchema):
    """The words of an article."""

    title = f.string("Title.", longest=2000, load_default="")
    summary = f.string("One or two sentences for lists.", longest=f.TEXT, load_default="")
    body_html = f.string("Text as HTML; it is sanitised.", longest=MAX_BODY, load_default="")
    genre = f.string("Genre.", choices=GENRES, load_default="news")
    node_id = f.string("The plan node it serves.", longest=64, allow_none=True, load_default=None)
    off_plan_reason = f.string(
        "Why it stands outside the plan; null when it does not.", longest=f.TEXT, allow_none=True, load_default=None
    )
    role_model_name = f.string("The exemplary person or deed.", longest=f.LINE, load_default="")
    role_model_deed = f.string("What they did.", longest=f.TEXT, load_default="")
    pictures = f.several(
        PictureSchema,
        "Pictures in reading order. Uploaded ones that are not named stay, at the end.",
        most=MOST_PICTURES,
        load_default=(),
    )


class SaveSchema(ArticleTextSchema):
    """A whole text with the version it was written on: what is left out becomes empty."""

    title = f.string("Title.", longest=2000, required=True)
    summary = f.string("One or two sentences for lists.", longest=f.TEXT, required=True)
    body_html = f.string("Text as HTML; it is sanitised.", longest=MAX_BODY, required=True)
    head_revision_id = f.ident("The revision that was read before writing.", required=True)
    saves = f.number("How often it had been saved then.", least=0, required=True)
    reopen = f.flag("Edit also a text that was handed in or approved, which ends its approval.", load_default=False)
    page = f.string(
        "Names the client's editing session, so that a repeated request is not taken for a second person.",
        longest=32,
        load_default="",
    )


class ShownPictureSchema(f.ApiSchema):
    """A picture of a text, with what is needed to show it."""

    media_id = f.ident("Id of the picture.")
    alt = f.string("Text alternative.")
    caption = f.string("Caption.")
    content_type = f.string("Type of the file.")
    width = f.number("In pixels.")
    height = f.number("In pixels.")
    size = f.number("In bytes.")
    filename = f.string("Name of the file as uploaded.")
    url = f.string("Where it stands in the article's HTML.")


class RevisionSchema(f.ApiSchema):
    """One text of an article in the list of its revisions."""

    id = f.ident("Id of the revision.")
    number = f.number("From 1.")
    kind = f.string("conflict: kept aside because somebody else had saved.", choices=(TEXT, CONFLICT, SETTLED))
    saves = f.number("How often it was saved.")
    title = f.string("Title.")
    content_hash = f.string("Over everything a reader sees; a review names it.")
    saved_by = f.ident("Who saved last.")
    saved_by_name = f.string("Their name.")
    saved_at = f.moment("When.")
    frozen_at = f.moment("When it was handed in.", allow_none=True)
    approved_at = f.moment("When it was approved.", allow_none=True)


class RevisionListSchema(f.ApiSchema):
    """The revisions of an article."""

    items = f.several(RevisionSchema, "Newest first.")


class FullRevisionSchema(RevisionSchema):
    """One text of an article, whole."""

    summary = f.string("Summary.")
    body_html = f.string("Text as sanitised HTML.")
    body_text = f.string("The same as plain text.")
    genre = f.string("Genre.", choices=GENRES)
    node_id = f.string("The plan node it serves.", allow_none=True)
    plan_id = f.ident("That node's plan.", allow_none=True)
    plan_version = f.number("That plan's version.", allow_none=True)
    off_plan_reason = f.string("Why it stands outside the plan.", allow_none=True)
    role_model_name = f.string("The exemplary person or deed.", allow_none=True)
    role_model_deed = f.string("What they did.", allow_none=True)
    pictures = f.several(ShownPictureSchema, "Pictures in reading order.")


class ArticleLineSchema(f.ApiSchema):
    """An article in a list."""

    id = f.ident("Id of the article.")
    title = f.string("Title of the newest text.")
    state = f.string("Where it stands.", choices=states.LABELS)
    genre = f.string("Genre.", choices=GENRES)
    author_id = f.ident("Who began it.")
    author_name = f.string("Their name.")
    updated_at = f.moment("Last change.")


class ArticleSchema(ArticleLineSchema):
    """An article with its newest text."""

    created_at = f.moment("When it was begun.")
    submitted_at = f.moment("When it was last handed in.", allow_none=True)
    suspended_reason = f.string(
        "Why its approval was taken back by a change of the plan, until it is handed in again.", allow_none=True
    )
    head_revision_id = f.ident("The newest revision; the next save names it.")
    saves = f.number("How often that was saved; the next save names it.")
    approved_revision_id = f.ident("The one text that may be published.", allow_none=True)
    pending_step = f.string("The review it waits for.", choices=STEPS, allow_none=True)
    conflict_ids = f.many(f.ident("A revision."), "Texts kept aside that nobody has chosen about.")
    head = f.one(FullRevisionSchema, "The newest text.")


class SavedArticleSchema(ArticleSchema):
    """An article that was just saved."""

    warnings = f.words("What could not be kept as written, in Vietnamese.")


class SubmitSchema(f.ApiSchema):
    """Which text is handed in."""

    head_revision_id = f.ident("The revision that was read.", required=True)
    saves = f.number("How often it had been saved then; left out, any.", least=0, allow_none=True, load_default=None)


class DecisionSchema(f.ApiSchema):
    """Which text was read, and what of it was checked."""

    revision_id = f.ident("The revision that was read.", required=True)
    content_hash = f.string("Its hash as read.", longest=128, required=True)
    checklist = f.choices(CHECKLIST, "What was confirmed.", load_default=())
    remark = f.string("A remark.", longest=f.TEXT, load_default="")


class ReturnSchema(f.ApiSchema):
    """Which text goes back to its author, and why."""

    revision_id = f.ident("The revision that was read.", required=True)
    content_hash = f.string("Its hash as read.", longest=128, required=True)
    step = f.string("The review in which one acts.", choices=STEPS, required=True)
    remark = f.string("What is to be mended.", longest=f.TEXT, required=True)


class ReviewSchema(f.ApiSchema):
    """One step on one revision."""

    id = f.ident("Id of the review.")
    revision_id = f.ident("The revision.")
    step = f.string("Which review.", choices=STEPS)
    decision = f.string("What came of it.", choices=(PASSED, RETURNED))
    remark = f.string("The remark, perhaps empty.")
    checklist = f.table("What was confirmed.", values=f.flag("Whether it was."))
    content_hash = f.string("Hash of the text that was read.")
    by_id = f.ident("Who.")
    by_name = f.string("Their name.")
    at = f.moment("When.")


class ReviewListSchema(f.ApiSchema):
    """The reviews of an article."""

    items = f.several(ReviewSchema, "Newest first.")


class WaitingArticleSchema(f.ApiSchema):
    """An article that waits."""

    id = f.ident("Id of the article.")
    title = f.string("Title.")
    state = f.string("Where it stands.", choices=states.LABELS)
    genre = f.string("Genre.", choices=GENRES)
    author_id = f.ident("Who began it.")
    since = f.moment("Since when it waits.")


class WaitingSchema(f.ApiSchema):
    """What waits for the present person, oldest first."""

    returned = f.several(WaitingArticleSchema, "Own articles a reviewer sent back.")
    drafts = f.several(WaitingArticleSchema, "Own articles not handed in yet.")
    conflicts = f.several(WaitingArticleSchema, "Articles in which a text of theirs was kept aside.")
    to_vet = f.several(WaitingArticleSchema, "Articles they may vet.")
    to_approve = f.several(WaitingArticleSchema, "Articles they may approve.")


class PhotosSchema(f.ApiSchema):
    """Pictures to add."""

    photos = f.many(f.upload("A JPEG, PNG or WebP file of at most 20 MB."), "The files.", most=20, required=True)


class RefusedFileSchema(f.ApiSchema):
    """A file that was not taken."""

    filename = f.string("Its name.")
    code = f.string("Stable identifier of why.")
    sentence = f.string("Why, in Vietnamese.")


class AttachedSchema(f.ApiSchema):
    """What an upload changed."""

    added = f.many(f.ident("Id of a picture."), "Pictures that are now in the text and were not before.")
    refused = f.several(RefusedFileSchema, "Files that were not taken.")
    article = f.one(ArticleSchema, "The article now.")


class PictureMoveSchema(f.ApiSchema):
    """One place among the pictures."""

    earlier = f.flag("True moves it one place towards the front, false towards the end.", required=True)


class PictureListSchema(f.ApiSchema):
    """The pictures of an article's newest text."""

    items = f.several(ShownPictureSchema, "In reading order.")


class SizeQuery(f.ApiSchema):
    """Which size of a picture."""

    size = f.string("The size.", choices=("full", "thumb"), load_default="full")


class ProblemSchema(f.ApiSchema):
    """Something that hinders an article on a channel."""

    code = f.string("Stable identifier.")
    sentence = f.string("What to do, in Vietnamese.")
    field = f.string('Which part of the article; "" for the whole.')
    severity = f.string("An error stops the delivery.", choices=("error", "warning"))


class PreviewSchema(f.ApiSchema):
    """How an article would look on one outlet."""

    account_id = f.ident("The outlet.")
    label = f.string("Its name.")
    channel = f.string("Its channel.")
    kind = f.string("What the content is.", choices=("html", "text"))
    content = f.string("The preview; HTML is escaped.")
    notes = f.words("Notes for the writer, in Vietnamese.")
    problems = f.several(ProblemSchema, "What hinders it there.")


class PreviewListSchema(f.ApiSchema):
    """Previews of an article on every outlet that is switched on."""

    items = f.several(PreviewSchema, "In the order in which the outlets were set up.")
