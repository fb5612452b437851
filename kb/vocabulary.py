"""The closed word lists of the domain: platforms, kinds, phases, intents, risks, statuses.

Each list pairs the code used in API and tables with the term people see. Pure: no I/O.
What belongs elsewhere: parsing of cells (`kb/card_files/`), the message catalogue of the pages (`web/`).
"""

from enum import StrEnum


class Platform(StrEnum):
    """Where a shop sells."""

    TAOBAO = "taobao"
    TMALL = "tmall"
    PINDUODUO = "pinduoduo"
    JD = "jd"
    DOUYIN = "douyin"
    KUAISHOU = "kuaishou"
    XIAOHONGSHU = "xiaohongshu"
    OTHER = "other"

    @property
    def term(self) -> str:
        """What people see."""
        return PLATFORM_TERMS[self]


class Kind(StrEnum):
    """What sort of knowledge a card holds."""

    FAQ = "faq"
    PRODUCT = "product"
    SCRIPT = "script"
    POLICY = "policy"

    @property
    def term(self) -> str:
        """What people see."""
        return KIND_TERMS[self]


class Phase(StrEnum):
    """Stage of the order a card speaks to; taken from the order's state where that is known."""

    PRESALE = "presale"
    INSALE = "insale"
    AFTERSALE = "aftersale"
    GENERAL = "general"

    @property
    def term(self) -> str:
        """What people see."""
        return PHASE_TERMS[self]


class Risk(StrEnum):
    """Whether a person has to look before the card is used."""

    NORMAL = "normal"
    HIGH = "high"

    @property
    def term(self) -> str:
        """What people see."""
        return RISK_TERMS[self]


class Status(StrEnum):
    """Where a revision stands in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"

    @property
    def term(self) -> str:
        """What people see."""
        return STATUS_TERMS[self]


PLATFORM_TERMS: dict[Platform, str] = {
    Platform.TAOBAO: "淘宝",
    Platform.TMALL: "天猫",
    Platform.PINDUODUO: "拼多多",
    Platform.JD: "京东",
    Platform.DOUYIN: "抖音",
    Platform.KUAISHOU: "快手",
    Platform.XIAOHONGSHU: "小红书",
    Platform.OTHER: "其他",
}
KIND_TERMS: dict[Kind, str] = {
    Kind.FAQ: "问答",
    Kind.PRODUCT: "商品",
    Kind.SCRIPT: "话术",
    Kind.POLICY: "规则",
}
PHASE_TERMS: dict[Phase, str] = {
    Phase.PRESALE: "售前",
    Phase.INSALE: "售中",
    Phase.AFTERSALE: "售后",
    Phase.GENERAL: "通用",
}
RISK_TERMS: dict[Risk, str] = {Risk.NORMAL: "普通", Risk.HIGH: "高"}
STATUS_TERMS: dict[Status, str] = {
    Status.DRAFT: "草稿",
    Status.IN_REVIEW: "待审核",
    Status.PUBLISHED: "已发布",
    Status.ARCHIVED: "已下架",
}

INTENTS: dict[Phase, tuple[str, ...]] = {
    Phase.PRESALE: (
        "商品咨询", "材质成分", "功效用法", "尺码推荐", "库存", "价格", "优惠券与活动", "赠品",
        "对比推荐", "发货时间", "快递选择", "运费包邮", "发票", "正品质保", "支付",
    ),
    Phase.INSALE: (
        "催发货", "改地址", "改规格合单", "取消订单", "缺货", "物流查询", "物流异常", "拦截",
    ),
    Phase.AFTERSALE: (
        "签收未收到", "破损", "少件错发", "质量问题", "不喜欢或尺码不合", "退货", "换货",
        "退款进度", "运费险", "补发赔付", "维修安装", "差评投诉", "价保",
    ),
    Phase.GENERAL: ("问候", "感谢", "转人工", "情绪", "广告无效", "未知"),
}  # fmt: skip
ALL_INTENTS: frozenset[str] = frozenset(name for names in INTENTS.values() for name in names)
