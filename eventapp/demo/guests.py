"""The sample's attendees: all invented, named after what stands, grows and sounds in the gardens of Suzhou.

They have phone numbers that nobody can have (mobile numbers do not start with 111) and no e-mail address, so that the
sample sends mail to nobody.
"""

from __future__ import annotations

from typing import NamedTuple

from eventapp.demo.shapes import Text
from eventapp.people.names import split_chinese
from eventapp.registration.actions.register import Attendee


class Guest(NamedTuple):
    """A guest; `fate` is what happens after registering, if anything."""

    category: str
    english: str
    chinese: str = ""
    fate: str = ""


SUMMIT_GUESTS = (
    Guest("industry", "Tingyu Ye", "叶听雨"),
    Guest("industry", "Guanyu Shen", "沈观鱼"),
    Guest("industry", "Kansong Gu", "顾看松"),
    Guest("industry", "Rosa Lattice"),
    Guest("industry", "Yuanxiang Lu", "陆远香"),
    Guest("industry", "Louchuang Zhou", "周漏窗"),
    Guest("industry", "Yuemen Zheng", "郑月门"),
    Guest("industry", "Jiashan Xu", "许假山"),
    Guest("industry", "Fenqiang Zhu", "朱粉墙"),
    Guest("industry", "Daiwa Sun", "孙黛瓦"),
    Guest("industry", "Shiqiao Fan", "范石桥"),
    Guest("industry", "Huafang Ouyang", "欧阳画舫"),
    Guest("industry", "Yingtao Shan", "单樱桃"),
    Guest("industry", "Oscar Ferryman"),
    Guest("industry", "Viktor Rooftile"),
    Guest("industry", "Suxiu Feng", "冯苏绣"),
    Guest("industry", "Songjin Cao", "曹宋锦", "withdraw"),
    Guest("industry", "Tanshan Deng", "邓檀扇", "cancel"),
    Guest("academia", "Kunqu Yuan", "袁昆曲"),
    Guest("academia", "Pingtan Qin", "秦评弹"),
    Guest("academia", "Guihua Tang", "唐桂花"),
    Guest("academia", "Biluo Han", "韩碧螺"),
    Guest("academia", "Lusheng Lü", "吕橹声"),
    Guest("academia", "Hefeng Su", "苏荷风"),
    Guest("academia", "Lianpeng Lu", "卢莲蓬"),
    Guest("academia", "Qishi Zeng", "曾棋石"),
    Guest("academia", "Qintai Qin", "覃琴台"),
    Guest("academia", "Greta Stonebridge"),
    Guest("academia", "Jürgen Teahouse"),
    Guest("academia", "Lingjiao Jiang", "蒋菱角"),
    Guest("academia", "Chuncai Cai", "蔡莼菜", "withdraw"),
    Guest("government", "Yinyu Wei", "魏银鱼"),
    Guest("government", "Qingtuan Xue", "薛青团"),
    Guest("government", "Pipa Tian", "田枇杷"),
    Guest("government", "Yangmei Yu", "余杨梅"),
    Guest("government", "Meiyu Du", "杜梅雨"),
    Guest("government", "Hetang Xia", "夏荷塘", "cancel"),
    Guest("media", "Shuixiang Wang", "汪水巷", "approve"),
    Guest("media", "Amara Lotus", "", "approve"),
    Guest("media", "Zhuandi Fang", "方砖地", "approve"),
    Guest("media", "Liuhong Shi", "石榴红"),
    Guest("media", "Leila Moonlight"),
    Guest("media", "Qiangying Bai", "白墙影", "decline"),
    Guest("student", "Fengqiao Jiang", "江枫桥"),
    Guest("student", "Yebo Meng", "孟夜泊"),
    Guest("student", "Zhongsheng Yin", "尹钟声"),
    Guest("student", "Zhuqing Mao", "毛竹青"),
    Guest("student", "Shuixie Shao", "邵水榭"),
    Guest("student", "Tingtai Hou", "侯亭台", "withdraw"),
    Guest("student", "Heye Wan", "万荷叶"),
    Guest("student", "Changlang Duan", "段长廊", "offer"),
    Guest("student", "Lingtang Lei", "雷菱塘"),
    Guest("student", "Tomás Orchard"),
    Guest("student", "Louying Zhong", "钟楼影"),
    Guest("student", "Huilang Ren", "任回廊"),
    Guest("student", "Bajiao Xie", "谢芭蕉", "withdraw"),
)

LAUNCH_GUESTS = (
    Guest("industry", "Youlang He", "贺游廊"),
    Guest("industry", "Huachuang Gong", "龚花窗"),
    Guest("industry", "Zhuying Wen", "文竹影"),
    Guest("industry", "Nadia Pavilion"),
    Guest("industry", "Yuetai Yan", "严月台"),
    Guest("industry", "Felix Waterside", "", "withdraw"),
    Guest("academia", "Shanfang Wen", "温山房"),
    Guest("academia", "Meiwu Luo", "骆梅坞"),
    Guest("academia", "Shisun Gu", "古石笋"),
    Guest("academia", "Ingrid Bamboo"),
    Guest("government", "Huadun Mei", "梅花墩"),
    Guest("government", "Dichun Liu", "柳堤春"),
    Guest("media", "Xinfeng Hua", "花信风", "approve"),
    Guest("media", "Paolo Lantern"),
    Guest("media", "Xiangkou Lu", "路巷口", "decline"),
    Guest("student", "Qipan Tong", "童棋盘"),
    Guest("student", "Yezi Sang", "桑叶子"),
    Guest("student", "Tenghua Ge", "葛藤花"),
)

ORGANISATIONS = {
    "industry": (
        Text("Tile & Lake Robotics (sample)", "瓦湖机器人（示例）"),
        Text("Oar Software (sample)", "橹声软件（示例）"),
        Text("Brocade Energy (sample)", "锦纹能源（示例）"),
    ),
    "academia": (
        Text("Garden Wall University (sample)", "粉墙大学（示例）"),
        Text("Moon Gate Institute (sample)", "月门研究院（示例）"),
    ),
    "government": (Text("Canal District Office (sample)", "水巷街道办事处（示例）"),),
    "media": (
        Text("Lantern Daily (sample)", "灯笼日报（示例）"),
        Text("Garden Window Radio (sample)", "花窗之声（示例）"),
    ),
    "student": (Text("Garden Wall University (sample)", "粉墙大学（示例）"),),
}

POSITIONS = {
    "industry": (Text("Engineer", "工程师"), Text("Product manager", "产品经理"), Text("Head of research", "研发总监")),
    "academia": (Text("Lecturer", "讲师"), Text("Researcher", "研究员"), Text("Doctoral student", "博士生")),
    "government": (Text("Section officer", "科员"), Text("Adviser", "顾问")),
    "media": (Text("Reporter", "记者"), Text("Photographer", "摄影记者")),
    "student": (Text("Student", "学生"),),
}


def attendee(guest: Guest, number: int) -> Attendee:
    """What a guest would type into the form; `number` tells guests apart, across both events."""
    organisations, positions = ORGANISATIONS[guest.category], POSITIONS[guest.category]
    organisation, position = organisations[number % len(organisations)], positions[number % len(positions)]
    given, _, family = guest.english.rpartition(" ")
    family_zh, given_zh = split_chinese(guest.chinese) if guest.chinese else ("", "")
    speaks_chinese = bool(guest.chinese)
    return Attendee(
        name={"family_en": family, "given_en": given, "family_zh": family_zh, "given_zh": given_zh},
        phone=f"+861110000{1000 + 37 * number:04}",
        organisation=organisation.zh if speaks_chinese else organisation.en,
        position=position.zh if speaks_chinese else position.en,
        language="zh" if speaks_chinese else "en",
    )
