"""What the sample takes from the university's report of 27 September 2023, as reported.

Nothing here is invented, guessed or translated: what the report does not say in Chinese is left out.
"""

from __future__ import annotations

XJTLU = {"name_en": "Xi'an Jiaotong-Liverpool University", "name_zh": "西交利物浦大学"}

ORGANISATIONS: dict[str, dict[str, str]] = {
    "xjtlu": {**XJTLU, "short_en": "XJTLU"},
    "baidu": {"name_en": "Baidu", "name_zh": "百度"},
    "sip": {"name_en": "Suzhou Industrial Park", "name_zh": "苏州工业园区", "short_en": "SIP"},
    "suzhou": {"name_en": "Suzhou government and party committee"},
    "centre": {"name_en": "National Innovation Centre par Excellence"},
    "gcl": {"name_en": "GCL Smart Computing Technology (Suzhou)"},
    "hengrui": {"name_en": "Jiangsu Hengrui Pharmaceuticals", "name_zh": "江苏恒瑞医药"},
    "arts": {"name_en": "ARTS Group"},
}

ALLIANCE_MEMBERS = ("xjtlu", "baidu", "sip")
STRATEGIC_PARTNERS = ("centre", "gcl", "hengrui", "arts")

# Where only the English name was reported, it is kept whole: which part is the family's name is not known.
PEOPLE: dict[str, dict[str, str]] = {
    "ding": {
        "family_en": "Ding",
        "given_en": "Yiming",
        "family_zh": "丁",
        "given_zh": "忆民",
        "honorific_en": "Dr",
        "position_en": "Vice President",
        "organisation_en": XJTLU["name_en"],
        "organisation_zh": XJTLU["name_zh"],
    },
    "xi": {
        "family_en": "Xi",
        "given_en": "Youmin",
        "family_zh": "席",
        "given_zh": "酉民",
        "honorific_en": "Professor",
        "position_en": "Executive President",
        "organisation_en": XJTLU["name_en"],
        "organisation_zh": XJTLU["name_zh"],
    },
    "guan": {
        "family_en": "Guan",
        "given_en": "Xiaohong",
        "family_zh": "管",
        "given_zh": "晓宏",
        "honorific_en": "Professor",
        "position_en": "Academician",
        "organisation_en": "Chinese Academy of Sciences",
    },
    "chang": {
        "printed_en": "Cheng Chang",
        "position_en": "General Manager",
        "organisation_en": "Baidu AI Cloud Smart Industry",
    },
    "pan": {
        "printed_en": "Yu Pan",
        "position_en": "Party Secretary and Director",
        "organisation_en": "Suzhou Industrial Park Science and Innovation Committee",
    },
}

ALLIANCE = ("XJTLU-Baidu Artificial Intelligence Innovation Alliance", "西浦-百度人工智能创新联盟")
ALLIANCE_UNITS = (
    "XJTLU-Paddle Artificial Intelligence Academy",
    "Baidu AI Cloud Qianfan Large Scale Model Platform Innovation Centre",
    "Baidu AI Cloud Smart Carbon (Suzhou) Empowerment Centre",
)
APPOINTMENTS = (
    ("guan", "Honorary Director of the alliance"),
    ("chang", "Director of Industry"),
    ("pan", "Director of Ecosystem"),
)

SUMMIT_NAME = (
    "Industry-University-Research Summit for the Yangtze River Delta Region",
    "长三角产学研峰会",
)
LAUNCH_NAME = ("Launch of the XJTLU-Baidu Artificial Intelligence Innovation Alliance", "")
UNVEILING = "Unveiling Ceremony for the three units of the alliance"
APPOINTMENT = "Appointment Ceremony of the alliance"
FIRST_PARTNERS = "First group of strategic partners"
SPEECH_OF_XI = (
    "Education that develops well-rounded people; universities as bonding agents between academia, industry, "
    "government and society"
)
PANEL = "Intelligent solutions for traditional energy management"
