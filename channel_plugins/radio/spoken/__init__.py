"""Written Vietnamese rewritten as it is spoken: numbers, dates, abbreviations, symbols. Pure functions only.

Levels: `options`, `syllables` < `numbers` < `dates`, `quantities`, `abbreviations` < `references`, `capitals` < `text`.
"""

from .options import SpeechOptions
from .text import Spoken, speak

__all__ = ["SpeechOptions", "Spoken", "speak"]
