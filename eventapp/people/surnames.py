"""Chinese surnames: how they are read where the dictionary may err, and which have more than one character."""

from __future__ import annotations

# The likeliest reading as a surname, in pinyin without tones, ü written v; then the characters that are read so.
# For most of them a dictionary's first reading is another one.
_SINGLE = """
    bai 柏白 ban 班 bao 鲍鮑包 ben 贲賁 bi 秘毕畢 bian 卞边邊 bu 卜步布 cai 蔡 cen 岑 chao 晁朝巢 che 车車
    chen 谌諶陈陳 cheng 晟程 chong 种種重 chu 褚储儲楚 cong 从從丛叢 da 笪大 dai 戴 di 狄 dong 董 du 都杜
    fan 范樊 fei 费費 feng 酆冯馮 fu 付傅符 gai 改 gan 干甘 gao 郜高 ge 盖蓋葛仡 gong 宫宮龚龔 gou 句勾缑緱苟
    gu 谷顾顧古 guan 关關管官 gui 炅炔妫嬀归歸桂 guo 过過虢郭 ha 哈 hao 郝 he 黑和贺賀何 hong 红洪 hou 侯
    hua 华華 huang 黄黃 ji 纪紀计計季吉 jia 贾賈郏郟 jian 简簡 jiang 蒋蔣江姜 jin 金靳 jing 经經景荆荊 ju 鞠居
    juan 隽雋 jue 角 kan 阚闞 kang 亢康 kong 孔 kou 寇 kuai 蒯 kuang 匡邝鄺况況 kui 夔 lai 赖賴来來 lan 蓝藍兰蘭
    lao 劳勞 leng 冷 li 郦酈黎李厉厲栗 lian 廉连連 lin 蔺藺林 ling 凌 long 隆龙龍 lou 娄婁楼樓
    lu 逯卢盧陆陸路鲁魯鹿 lv 吕呂 luan 栾欒 luo 罗羅骆駱 mai 麦麥 man 满滿 mao 冒毛茅 mei 梅 meng 蒙孟
    mi 宓弥彌米糜 miao 缪繆苗 min 闵閔 mo 莫 mou 牟 mu 穆木慕 na 那 nai 佴能 nan 难 nian 粘年 nie 乜聂聶
    ning 宁寧甯 niu 牛 ou 区區欧歐 pan 番潘 pang 逄逢庞龐 peng 彭 pi 皮 pian 便 piao 朴 po 繁 pu 蒲濮普
    qi 亓戚祁齐齊 qian 钱錢 qiang 强強 qiao 乔喬谯譙 qie 郄 qin 覃秦 qiu 仇邱丘裘 qu 曲屈瞿璩麴麹 quan 权權全
    que 阙闕 ran 冉 rao 饶饒 ren 任 rong 荣榮容 ru 茹 ruan 阮 rui 芮 sa 撒萨薩 shan 单單 shang 尚商 shao 召邵
    she 折佘厍厙舍 shen 莘沈申 sheng 盛 shi 石史施师師时時 shu 殳舒 shui 税 si 俟 song 宋 su 宿苏蘇 sui 隋眭
    tai 台邰 tan 谭譚谈談檀 ti 遆 tie 铁鐵 tong 仝佟童 tou 钭鈄 tu 涂屠 wan 万萬 wang 汪王 wei 隗尉危魏韦韋卫衛
    wen 温溫文闻聞 weng 翁 wu 毋吴吳武伍乌烏邬鄔巫 xi 郗席习習奚 xian 冼洗 xiang 相项項向 xiao 肖萧蕭 xie 解谢謝
    xin 辛 xing 行邢幸 xiong 熊 xu 许許徐须須 xuan 禤宣 xue 薛 xun 郇荀 yan 燕闫閆阎閻严嚴颜顏晏鄢
    yang 杨楊阳陽仰 yao 幺姚尧堯 ye 叶葉 yi 羿易伊 yin 尹殷阴陰 ying 应應英 yong 雍 you 尤游
    yu 俞於于余喻虞禹庾郁 yue 乐樂岳 yun 员員恽惲云雲 zai 载載宰 zan 昝 zang 臧藏 ze 迮 zeng 曾 zha 查 zhai 翟祭
    zhan 占詹湛展 zhang 仉长長章张張 zhao 赵趙 zhen 甄 zheng 郑鄭 zhong 钟鍾鐘仲 zhou 周 zhu 朱祝竺诸諸术
    zhuo 卓 zi 訾 zong 宗 zou 邹鄒
"""

_COMPOUND = """
    ou yang 欧阳 歐陽; si ma 司马 司馬; zhu ge 诸葛 諸葛; shang guan 上官; yu chi 尉迟 尉遲; mo qi 万俟 萬俟;
    zhang sun 长孙 長孫; tan tai 澹台 澹臺; xia hou 夏侯; huang fu 皇甫; gong sun 公孙 公孫; mu rong 慕容;
    ling hu 令狐; yu wen 宇文; si tu 司徒; si kong 司空; si kou 司寇; xuan yuan 轩辕 軒轅; dong fang 东方 東方;
    he lian 赫连 赫連; wen ren 闻人 聞人; gong yang 公羊; pu yang 濮阳 濮陽; chun yu 淳于; chan yu 单于 單于;
    tai shu 太叔; shen tu 申屠; zhong sun 仲孙 仲孫; zhong li 钟离 鍾離; xian yu 鲜于 鮮于; lv qiu 闾丘 閭丘;
    qi guan 亓官; zi ju 子车 子車; zhuan sun 颛孙 顓孫; duan mu 端木; wu ma 巫马 巫馬; gong xi 公西;
    qi diao 漆雕; yue zheng 乐正 樂正; rang si 壤驷 壤駟; gong liang 公良; tuo ba 拓跋; jia gu 夹谷 夾谷;
    zai fu 宰父; gu liang 谷梁 穀梁; duan gan 段干; bai li 百里; dong guo 东郭 東郭; nan men 南门 南門;
    hu yan 呼延; yang she 羊舌; wei sheng 微生; liang qiu 梁丘; zuo qiu 左丘; dong men 东门 東門;
    xi men 西门 西門; nan gong 南宫 南宮; di wu 第五; du gu 独孤 獨孤; gong ye 公冶; zong zheng 宗政;
    na lan 纳兰 納蘭; wan yan 完颜 完顏; ge shu 哥舒; he ruo 贺若 賀若; ye lv 耶律; fu cha 富察;
    ye he na la 叶赫那拉 葉赫那拉; ai xin jue luo 爱新觉罗 愛新覺羅; niu hu lu 钮祜禄 鈕祜祿;
    gua er jia 瓜尔佳 瓜爾佳; he she li 赫舍里
"""

# More characters that stand alone as a surname and are read as everywhere else.
_OTHERS = """
    刘劉孙孫马馬胡梁唐邓鄧韩韓曹田袁丁崔廖方雷段陶常庄莊倪焦霍左芦蘆柳桑成固裴滕明安封窦竇刁敖利池敬沃晋
    晉束巩鞏党黨冀国國郎练練房耿揭艾代戈司辜花滑惠虎晃靖柯农農漆沙水鲜元原苑战植支祖麻戎柴庹底俱卿粟亚扶 皇
"""


def _readings() -> dict[str, str]:
    words = _SINGLE.split()
    return {
        character: reading
        for reading, characters in zip(words[::2], words[1::2], strict=True)
        for character in characters
    }


def _compounds() -> dict[str, str]:
    found = {}
    for entry in _COMPOUND.split(";"):
        words = entry.split()
        syllables = [word for word in words if word.isascii()]
        found.update(dict.fromkeys(words[len(syllables) :], " ".join(syllables)))
    return found


SINGLE = _readings()
COMPOUND = _compounds()
LONGEST_COMPOUND = max(map(len, COMPOUND))
# Tells a name of two surnames (陈方安生) from a long one without any (阿依古丽).
KNOWN = frozenset(SINGLE) | frozenset("".join(_OTHERS.split()))
