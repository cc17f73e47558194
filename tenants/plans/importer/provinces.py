"""The provinces and cities of Viet Nam, as of 1/7/2025 and before.

Source: Nghị quyết 202/2025/QH15 of 12/6/2025 (34 units, of which 23 were put together from 52 of the former 63),
checked name by name against the list appended to Nghị quyết 60-NQ/TW of 12/4/2025 as newspapers printed it and against
a public table of the new codes. Data, not law: a plan of an older year rightly bears the older names.
"""

from __future__ import annotations

from .lines import flat

MERGED: dict[str, tuple[str, ...]] = {
    "Tuyên Quang": ("Hà Giang", "Tuyên Quang"),
    "Lào Cai": ("Yên Bái", "Lào Cai"),
    "Thái Nguyên": ("Bắc Kạn", "Thái Nguyên"),
    "Phú Thọ": ("Hòa Bình", "Vĩnh Phúc", "Phú Thọ"),
    "Bắc Ninh": ("Bắc Giang", "Bắc Ninh"),
    "Hưng Yên": ("Thái Bình", "Hưng Yên"),
    "Hải Phòng": ("Hải Dương", "Hải Phòng"),
    "Ninh Bình": ("Hà Nam", "Nam Định", "Ninh Bình"),
    "Quảng Trị": ("Quảng Bình", "Quảng Trị"),
    "Đà Nẵng": ("Quảng Nam", "Đà Nẵng"),
    "Quảng Ngãi": ("Kon Tum", "Quảng Ngãi"),
    "Gia Lai": ("Bình Định", "Gia Lai"),
    "Khánh Hòa": ("Ninh Thuận", "Khánh Hòa"),
    "Lâm Đồng": ("Đắk Nông", "Bình Thuận", "Lâm Đồng"),
    "Đắk Lắk": ("Phú Yên", "Đắk Lắk"),
    "Hồ Chí Minh": ("Bà Rịa - Vũng Tàu", "Bình Dương", "Hồ Chí Minh"),
    "Đồng Nai": ("Bình Phước", "Đồng Nai"),
    "Tây Ninh": ("Long An", "Tây Ninh"),
    "Cần Thơ": ("Sóc Trăng", "Hậu Giang", "Cần Thơ"),
    "Vĩnh Long": ("Bến Tre", "Trà Vinh", "Vĩnh Long"),
    "Đồng Tháp": ("Tiền Giang", "Đồng Tháp"),
    "Cà Mau": ("Bạc Liêu", "Cà Mau"),
    "An Giang": ("Kiên Giang", "An Giang"),
}
"""Each unit formed on 1/7/2025 with the former provinces it was put together from."""

KEPT = (
    "Hà Nội", "Huế", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An", "Hà Tĩnh",
    "Cao Bằng",
)  # fmt: skip
"""The provinces and cities that were not merged."""

PROVINCES: dict[str, tuple[str, ...]] = {**MERGED, **{name: (name,) for name in KEPT}}
_SPELLINGS = {
    "thua thien hue": "Huế",
    "dac lac": "Đắk Lắk",
    "dac nong": "Đắk Nông",
    "bac can": "Bắc Kạn",
    "kontum": "Kon Tum",
}
"""Other ways in which names are written, as ``flat`` gives them."""

_BY_KEY = {
    **{flat(old).replace(" - ", " "): old for former in PROVINCES.values() for old in former},
    **_SPELLINGS,
}


def province_named(name: str) -> str | None:
    """Return the province (present or former) that *name* means; None when it is none."""
    return _BY_KEY.get(flat(" ".join(name.replace("-", " ").split())))


def present_province(name: str) -> str:
    """Return the province of today in which a present or former province lies."""
    return next(present for present, former in PROVINCES.items() if name in former)


def mentioned(text: str) -> list[str]:
    """Return the provinces whose names stand in *text* as capitalised words, in no order that matters."""
    plain = f" {' '.join(''.join(char if char.isalnum() else ' ' for char in text).split())} "
    key = flat(plain)
    found = []
    for name, province in _BY_KEY.items():
        at = key.find(f" {name} ")
        if at >= 0 and all(word[:1].isupper() for word in plain[at : at + len(name) + 2].split()):
            found.append(province)
    return found
