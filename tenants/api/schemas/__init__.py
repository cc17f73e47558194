"""The shapes of the JSON API: one marshmallow schema per shape, written by hand."""
