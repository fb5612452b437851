"""Emoji and the emoticon codes of chat tools, as patterns. Pure data.

Square brackets are taken for an emoticon only when the name is in the list: `[手机号]` and
`[尺码表]` are content.
"""

import re

EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\U0001f000-\U0001faff]+"
)
"""Runs of pictographs. Source: Unicode blocks with Emoji=Yes, without digits and CJK (㊗ ㊙ are words)."""

BRACKETED_NAMES = """
微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 龇牙 惊讶 难过 酷 冷汗 抓狂 吐 偷笑 愉快 可爱 白眼
傲慢 饥饿 困 惊恐 流汗 憨笑 悠闲 大兵 奋斗 咒骂 疑问 嘘 晕 疯了 折磨 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑
左哼哼 右哼哼 哈欠 鄙视 委屈 快哭了 阴险 亲亲 吓 可怜 菜刀 西瓜 啤酒 篮球 乒乓 咖啡 饭 猪头 玫瑰 凋谢 示爱 嘴唇 爱心
心碎 蛋糕 闪电 炸弹 刀 足球 瓢虫 便便 月亮 太阳 礼物 拥抱 抱抱 强 弱 握手 胜利 抱拳 勾引 拳头 差劲 爱你 爱情 飞吻 跳跳
发抖 怄火 转圈 磕头 回头 跳绳 挥手 激动 街舞 献吻 左太极 右太极 笑脸 生病 脸红 破涕为笑 恐惧 失望 无语 嘿哈 捂脸 奸笑
机智 皱眉 耶 鬼脸 合十 加油 加油加油 汗 天啊 社会社会 旺柴 好的 打脸 哇 翻白眼 让我看看 叹气 苦涩 裂开 吃瓜 红包 發 福
烟花 爆竹 鸡 赞 点赞 比心 玫瑰花 鲜花 送花 花 心 哭 大笑 笑 笑哭 哈哈 嘻嘻 泪 泪奔 怒 愤怒 生气 思考 拜拜 谢谢 感谢
爱慕 舔屏 捂嘴 呆 呆无辜 灵光一闪 强壮 雪花 祈祷 鞠躬 庆祝 爱 爱你哦 么么哒 调皮笑 期待 无辜 辛苦了 吐血 灵机一动
看 衰样 送心 黑脸 来看我 绝望的凝视 我想静静 表情 动画表情 图片表情
"""
"""Names between square brackets, WeChat, QQ, Douyin, Weibo and shop consoles together.
Source: what these tools paste as text, gathered by hand, 2026-11."""

_SLASH_NAMES = """
微笑 撇嘴 发呆 得意 流泪 害羞 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 冷汗 抓狂 偷笑
可爱 白眼 疑问 再见 抱拳 玫瑰 拥抱 握手 鼓掌
"""

_WANGWANG_CODES = r"""
^_^ ^$^ ^O^ ^x^ ^W^ 'You' '"" (Zz...) *&* >_< >O< >M< >@< >W< O=O (OK) 8*8 )-( lip girl man clock plane -F -W qp
(&) ~B U*U (Laugh) !!! -$ :) :~ :B :| 8-) :< :$ :X :Z :'( :-| :@ :P :D :O :( :+ :Q :T ,@P ,@-D :d ,@o :g |-) :! :L :>
:,@ ,@f :-S ? ,@x ,@@ :8 ,@! !!! xx bye wipe dig handclap &-( B-) <@ @> :-O >-| P-( :'| X-) :* @x 8* pd <W> beer basketb
oo coffee eat pig rose fade showlove heart break cake li bome kn footb ladybug shit moon sun gift hug strong weak
share v @) jj @@ bad lvu no ok love <L> jump shake <O> circle kotow turn skip oY #-0 hiphot kiss <& &> Q H b P O Y R C
$ % @ " !
"""
"""Taobao Wangwang and WeChat codes after `/:`; three digits (`/:815`) are covered by the pattern."""


def _alternatives(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words.split()), key=lambda word: (-len(word), word)))


EMOTICON = re.compile(
    rf"\[(?:{_alternatives(BRACKETED_NAMES)})[r]?\]"
    rf"|/(?:{_alternatives(_SLASH_NAMES)})"
    rf"|/:(?:\d{{3}}|{_alternatives(_WANGWANG_CODES)})"
    r"|#e-s\d{1,3}"
    r"|[(][^\w\s]{0,3}[\^><;=oO0tTqQ@*~´`'’][_\-.︿﹏ω▽∀□╭╰o^]{1,3}[\^><;=oO0tTqQ@*~´`'’][^\w\s]{0,3}[)]"
    r"|(?<![a-z0-9])(?:t_+t|q[aw_]q|o_o|0_0|orz|\^_*\^|>_+<|=_+=|-_+-\|*)(?![a-z0-9])"
    r"|[:;]-?[)(](?=\s|$)",
    re.IGNORECASE,
)
"""One emoticon written in plain characters."""
