"""The labels under which organisations are usually printed. They are data, and no label translates the other."""

from __future__ import annotations

# role: English, Chinese
USUAL_LABELS = {
    "guided_by": ("Guided by", "指导单位"),
    "host": ("Hosted by", "主办单位"),
    "organiser": ("Organised by", "承办单位"),
    "co_organiser": ("Co-organised by", "协办单位"),
    "supported_by": ("Supported by", "支持单位"),
    "strategic_partner": ("Strategic partner", "战略合作伙伴"),
    "media": ("Media partner", "支持媒体"),
}
