// A small set of common emoji; any other shortcode is shown as it was written.

const EMOJI = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_down: "⬇️", arrow_left: "⬅️", arrow_right: "➡️", arrow_up: "⬆️",
  ballot_box_with_check: "☑️", bell: "🔔", book: "📖", books: "📚", bulb: "💡", calendar: "📆", chart_with_upwards_trend: "📈",
  checkered_flag: "🏁", clap: "👏", compass: "🧭", clipboard: "📋", date: "📅", eyes: "👀", file_folder: "📁", gear: "⚙️",
  grey_question: "❔", hand: "✋", heart: "❤️", heavy_check_mark: "✔️", heavy_minus_sign: "➖", heavy_plus_sign: "➕",
  hourglass: "⌛", house: "🏠", information_source: "ℹ️", key: "🔑", ladder: "🪜", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍", memo: "📝", no_bell: "🔕",
  no_entry: "⛔", ok_hand: "👌", page_facing_up: "📄", pencil: "📝", pencil2: "✏️", point_right: "👉", pray: "🙏",
  pushpin: "📌", question: "❓", raised_hands: "🙌", red_circle: "🔴", rocket: "🚀", seedling: "🌱", slightly_smiling_face: "🙂",
  smile: "😄", sparkles: "✨", speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", sunny: "☀️", tada: "🎉", thinking_face: "🤔",
  thumbsdown: "👎", thumbsup: "👍", warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", wrench: "🔧", x: "❌",
};

/** The emoji for a name without its colons, or the name in colons. */
export function emoji(name) {
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : `:${name}:`;
}

/** Replace the shortcodes that are known in plain text. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (_, name) => emoji(name));
}
