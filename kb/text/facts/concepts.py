"""What a value can be about: concepts with the words that name them, and what sets cases apart. Pure data."""

import re
from functools import cache, lru_cache

CONCEPTS: dict[str, str] = {
    "发货": "发货|发出|寄出|出库|出仓|发走|出货|安排发|发(?=[,。!?哦哈呢的了吗]|$|快递)|多久发|几天发|揽收",
    "送达": "送达|到货|收到货|送到|能到|到达|到手|几天到|天到|内到|时效|派送|到(?=[,。!?哦哈呢的左]|$)|路上|运输",
    "到账": "到账|到帐|入账|到卡|退到|退回到|原路",
    "审核": "审核|审批",
    "验收": "验收|验货|签收后|仓库收到|收到退货|入库",
    "退款": "退款|退钱",
    "退货": "退货|退换|能退|可退|可以退|支持退|退(?![款钱到回差税])",
    "换货": "换货|退换|换新|换码|更换|调换|换(?=[,。!?一])",
    "无理由": "无理由",
    "补发": "补发|补寄|发出|寄出",
    "补货": "补货|到货|有货|等货",
    "回电": "回电|回访|致电|电话联系|打给您|联系您",
    "回复": "回复|答复|回应|回音|给您结果",
    "反馈": "反馈|联系我们|联系客服|拍照|申请|提交",
    "登记": "登记|更新|没动|不动",
    "保修": "保修|质保|保固|三包",
    "寄修": "寄修|返修|维修|修好",
    "价保": "价保|保价|价格保护|差价|降价",
    "保质": "保质",
    "开封": "开封|拆封后|用完",
    "保温": "保温",
    "充电": "充电|充满",
    "预约": "预约",
    "定时": "定时",
    "容量": "容量|容积|能装",
    "功率": "功率",
    "电压": "电压",
    "净含量": "净含量|净重",
    "克重": "克重",
    "充绒": "充绒",
    "重量": "重量|多重|自重",
    "运费": "运费|邮费|快递费|邮资",
    "改派": "改派",
    "包邮": "包邮|免邮|免运",
    "升级": "升级|补差",
    "价格": "价格|售价|卖|多少钱|原价|现价|价钱|到手价|标价",
    "优惠": "券|立减|减(?=[0-9])|面额|优惠",
    "门槛": "满(?!意)|(?<!无)门槛|实付",
    "折扣": "折",
    "赔付": "赔付|赔偿|理赔|赔",
    "返还": "返还|报销|垫付|返给|返您|补给您|返还上限|最高返",
    "发票": "发票|开票|开具|抬头",
    "服务": "客服时间|服务时间|工作时间|在线|上班|营业|人工",
    "截单": "前付款|付款截止|前下单|前拍|截单|当天发",
    "身高": "身高|高",
    "体重": "体重|斤|公斤|kg",
    "腰围": "腰围|腰",
    "胸围": "胸围",
    "肩宽": "肩宽",
    "裤长": "裤长",
    "衣长": "衣长",
    "月龄": "月龄|宝宝",
    "年龄": "岁|年龄",
    "水温": "水温|温水|洗(?!碗|衣|发)",
    "温度": "温度|耐温",
    "时长": "时长|多长时间|敷|浸泡|煮|多久",
    "次数": "次数|频率|频次|每周|几次",
    "片数": "片数|片|几片",
    "张数": "张|照片|图片",
    "颜色": "颜色|色",
    "人数": "适合.{0,2}人|几人|人份",
    "含量": "含量|棉|羊毛|氨纶|成分|绒",
    "更换": "更换|换新的|换一[个次支]",
    "拦截": "拦截",
    "更新": "更新|没动|不动",
    "统计": "统计|口径",
    "倍数": "倍",
    "分期": "分期|期免息",
    "赠品": "赠|送(?=[^货达到])",
}
"""Concept → pattern over a shadow text. A fact has the concepts its predicate (else its subject) names."""

PROMISE = (
    "发货|发出|寄出|出库|送达|到货|到账|回电|回复|反馈时限|答复|审核|验收|退款时限|补货|补发|"
    "赔付时限|理赔|返还时限|开具|处理|核实|回访|响应|寄修"
)
"""Predicates where the shop says how soon it acts: less time is stricter and no contradiction."""

CEILING = "上限|最高|最多|不超过|最大|至多"

CASES: tuple[dict[str, str], ...] = (
    {
        "质量": "质量|瑕疵|坏了?|破损|碎|错发|发错|少件|漏发|少发|我们的问题|商品问题|故障|描述不符",
        "个人": "无理由|不喜欢|不合适|不想要|尺码|个人|拍错|买错|多拍|不满意|大了|小了",
    },
    {"现货": "现货", "预售": "预售|预定", "定制": "定制|刻字|绣"},
    {"偏远": "偏远|新疆|西藏|青海|内蒙|甘肃|宁夏|海南", "境外": "港澳|海外|国外|香港|澳门|台湾"},
    {"借记": "银行卡|储蓄卡|借记卡", "信用": "信用卡", "余额": "余额|零钱|钱包(?!邮)"},
    {"顺丰": "顺丰"},
    {"主管": "主管|经理|领导"},
    {"贴身": "贴身|内衣|内裤|已?拆封|拆开|开封"},
    {"寄回": "寄回|退回|寄来|寄过来", "寄出": "寄出|寄新|新货|再发|重新发|换货发"},
    {"专票": "专票|专用发票|增值税", "普票": "普票|普通发票"},
    {"贵重": "贵重"},
    {"催": "加急|催"},
    {"保内": "保修期内|质保期内|保内", "保外": "过保|保外|人为|超出保修|超过保修|保修期外|私拆|进水"},
    {"包邮": "包邮|免邮|免运", "赠品": "赠|送(?!货|达|到)|礼品", "券": "券|立减|减[0-9]"},
    {"退货": "退货|退款", "换货": "换货|换尺码|换码|调换"},
)
"""Cases that do not speak for each other: a value for 预售 says nothing about 现货.

A fact that names no case of a group is about none of them.
"""

BOTH_NAMED = frozenset({len(CASES) - 2, len(CASES) - 1})
"""Groups that only part facts which name one of their cases: a fact may hold for 退货 and 换货 alike."""

COURIERS = "顺丰|中通|圆通|韵达|申通|极兔|邮政|ems|京东快递|京东物流|德邦|百世|丹鸟|菜鸟|跨越|优速|安能"
MATERIALS = (
    "304不锈钢|316不锈钢|304|316l?|201不锈钢|不锈钢|陶瓷|玻璃|高硼硅|tritan|ppsu|pp材质|硅胶|塑料|"
    "abs|实木|真皮|pu皮|pu|牛皮|羊皮|帆布"
    "|纯棉|全棉|棉麻|亚麻|涤纶|聚酯纤维|真丝|桑蚕丝|羊毛|羊绒|腈纶|莱赛尔|雪纺|羽绒|白鸭绒|灰鸭绒|"
    "白鹅绒|鹅绒|鸭绒|尼龙|锦纶|人造革|合金|铝合金|铁|铜"
)
GRADES = "[abc]类"
"""Closed word lists in which naming another one contradicts."""


@cache
def concept_pattern(name: str) -> re.Pattern[str]:
    """The compiled words of one concept."""
    return re.compile(CONCEPTS[name])


@lru_cache(maxsize=4096)
def concepts_of(plain: str) -> frozenset[str]:
    """Concepts named in a short shadow text such as a predicate."""
    return frozenset(name for name in CONCEPTS if concept_pattern(name).search(plain))


@lru_cache(maxsize=4096)
def cases_of(plain: str) -> tuple[frozenset[str], ...]:
    """For every group of cases, which of them a short shadow text names."""
    return tuple(frozenset(name for name, words in group.items() if re.search(words, plain)) for group in CASES)
