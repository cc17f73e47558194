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

    state = f.text("Only in this state.", choices=states.LABELS, load_default="")
    genre = f.text("Only of this genre.", choices=GENRES, load_default="")
    mine = f.flag_in_query("Only one's own.", load_default=False)
    q = f.text("Words that must all occur; case and diacritics do not count.", longest=200, load_default="")


class PictureSchema(f.ApiSchema):
    """A picture in a text."""

    media_id = f.ident("Id of the picture.", required=True)
    alt = f.text("Text alternative, for those who cannot see it.", longest=f.TEXT, load_default="")
    caption = f.text("Caption.", longest=f.TEXT, load_default="")


class ArticleTextSchema(f.ApiSchema):
    """The words of an article."""

    title = f.text("Title.", longest=2000, load_default="")
    summary = f.text("One or two sentences for lists.", longest=f.TEXT, load_default="")
    body_html = f.text("Text as HTML; it is sanitised.", longest=MAX_BODY, load_default="")
    genre = f.text("Genre.", choices=GENRES, load_default="news")
    node_id = f.text("The plan node it serves.", longest=64, allow_none=True, load_default=None)
    off_plan_reason = f.text(
        "Why it stands outside the plan; null when it does not.", longest=f.TEXT, allow_none=True, load_default=None
    )
    role_model_name = f.text("The exemplary person or deed.", longest=f.LINE, load_default="")
    role_model_deed = f.text("What they did.", longest=f.TEXT, load_default="")
    pictures = f.several(
        PictureSchema,
        "Pictures in reading order. Uploaded ones that are not named stay, at the end.",
        most=MOST_PICTURES,
        load_default=(),
    )


class SaveSchema(ArticleTextSchema):
    """A whole text with the version it was written on: what is left out becomes empty."""

    title = f.text("Title.", longest=2000, required=True)
    summary = f.text("One or two sentences for lists.", longest=f.TEXT, required=True)
    body_html = f.text("Text as HTML; it is sanitised.", longest=MAX_BODY, required=True)
    head_revision_id = f.ident("The revision that was read before writing.", required=True)
    saves = f.number("How often it had been saved then.", least=0, required=True)
    reopen = f.flag("Edit also a text that was handed in or approved, which ends its approval.", load_default=False)
    page = f.text(
        "Names the client's editing session, so that a repeated request is not taken for a second person.",
        longest=32,
        load_default="",
    )


class ShownPictureSchema(f.ApiSchema):
    """A picture of a text, with what is needed to show it."""

    media_id = f.ident("Id of the picture.")
    alt = f.text("Text alternative.")
    caption = f.text("Caption.")
    content_type = f.text("Type of the file.")
    width = f.number("In pixels.")
    height = f.number("In pixels.")
    size = f.number("In bytes.")
    filename = f.text("Name of the file as uploaded.")
    url = f.text("Where it stands in the article's HTML.")


class RevisionSchema(f.ApiSchema):
    """One text of an article in the list of its revisions."""

    id = f.ident("Id of the revision.")
    number = f.number("From 1.")
    kind = f.text("conflict: kept aside because somebody else had saved.", choices=(TEXT, CONFLICT, SETTLED))
    saves = f.number("How often it was saved.")
    title = f.text("Title.")
    content_hash = f.text("Over everything a reader sees; a review names it.")
    saved_by = f.ident("Who saved last.")
    saved_by_name = f.text("Their name.")
    saved_at = f.moment("When.")
    frozen_at = f.moment("When it was handed in.", allow_none=True)
    approved_at = f.moment("When it was approved.", allow_none=True)


class RevisionListSchema(f.ApiSchema):
    """The revisions of an article."""

    items = f.several(RevisionSchema, "Newest first.")


class FullRevisionSchema(RevisionSchema):
    """One text of an article, whole."""

    summary = f.text("Summary.")
    body_html = f.text("Text as sanitised HTML.")
    body_text = f.text("The same as plain text.")
    genre = f.text("Genre.", choices=GENRES)
    node_id = f.text("The plan node it serves.", allow_none=True)
    plan_id = f.ident("That node's plan.", allow_none=True)
    plan_version = f.number("That plan's version.", allow_none=True)
    off_plan_reason = f.text("Why it stands outside the plan.", allow_none=True)
    role_model_name = f.text("The exemplary person or deed.", allow_none=True)
    role_model_deed = f.text("What they did.", allow_none=True)
    pictures = f.several(ShownPictureSchema, "Pictures in reading order.")


class ArticleLineSchema(f.ApiSchema):
    """An article in a list."""

    id = f.ident("Id of the article.")
    title = f.text("Title of the newest text.")
    state = f.text("Where it stands.", choices=states.LABELS)
    genre = f.text("Genre.", choices=GENRES)
    author_id = f.ident("Who began it.")
    author_name = f.text("Their name.")
    updated_at = f.moment("Last change.")


class ArticleSchema(ArticleLineSchema):
    """An article with its newest text."""

    created_at = f.moment("When it was begun.")
    submitted_at = f.moment("When it was last handed in.", allow_none=True)
    head_revision_id = f.ident("The newest revision; the next save names it.")
    saves = f.number("How often that was saved; the next save names it.")
    approved_revision_id = f.ident("The one text that may be published.", allow_none=True)
    pending_step = f.text("The review it waits for.", choices=STEPS, allow_none=True)
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
    content_hash = f.text("Its hash as read.", longest=128, required=True)
    checklist = f.choices(CHECKLIST, "What was confirmed.", load_default=())
    remark = f.text("A remark.", longest=f.TEXT, load_default="")


class ReturnSchema(f.ApiSchema):
    """Which text goes back to its author, and why."""

    revision_id = f.ident("The revision that was read.", required=True)
    content_hash = f.text("Its hash as read.", longest=128, required=True)
    step = f.text("The review in which one acts.", choices=STEPS, required=True)
    remark = f.text("What is to be mended.", longest=f.TEXT, required=True)


class ReviewSchema(f.ApiSchema):
    """One step on one revision."""

    id = f.ident("Id of the review.")
    revision_id = f.ident("The revision.")
    step = f.text("Which review.", choices=STEPS)
    decision = f.text("What came of it.", choices=(PASSED, RETURNED))
    remark = f.text("The remark, perhaps empty.")
    checklist = f.table("What was confirmed.", values=f.flag("Whether it was."))
    content_hash = f.text("Hash of the text that was read.")
    by_id = f.ident("Who.")
    by_name = f.text("Their name.")
    at = f.moment("When.")


class ReviewListSchema(f.ApiSchema):
    """The reviews of an article."""

    items = f.several(ReviewSchema, "Newest first.")


class WaitingArticleSchema(f.ApiSchema):
    """An article that waits."""

    id = f.ident("Id of the article.")
    title = f.text("Title.")
    state = f.text("Where it stands.", choices=states.LABELS)
    genre = f.text("Genre.", choices=GENRES)
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

    filename = f.text("Its name.")
    code = f.text("Stable identifier of why.")
    sentence = f.text("Why, in Vietnamese.")


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

    size = f.text("The size.", choices=("full", "thumb"), load_default="full")


class ProblemSchema(f.ApiSchema):
    """Something that hinders an article on a channel."""

    code = f.text("Stable identifier.")
    sentence = f.text("What to do, in Vietnamese.")
    field = f.text('Which part of the article; "" for the whole.')
    severity = f.text("An error stops the delivery.", choices=("error", "warning"))


class PreviewSchema(f.ApiSchema):
    """How an article would look on one outlet."""

    account_id = f.ident("The outlet.")
    label = f.text("Its name.")
    channel = f.text("Its channel.")
    kind = f.text("What the content is.", choices=("html", "text"))
    content = f.text("The preview; HTML is escaped.")
    notes = f.words("Notes for the writer, in Vietnamese.")
    problems = f.several(ProblemSchema, "What hinders it there.")


class PreviewListSchema(f.ApiSchema):
    """Previews of an article on every outlet that is switched on."""

    items = f.several(PreviewSchema, "In the order in which the outlets were set up.")
