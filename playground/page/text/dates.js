// Dates in the time zone of the person who looks. A person without one gets the browser's.

const DAY = 86400;

function format(seconds, zone, options) {
  const asked = { timeZone: zone ?? undefined, ...options };
  try {
    return new Intl.DateTimeFormat("en-US", asked).format(seconds * 1000);
  } catch {
    return new Intl.DateTimeFormat("en-US", options).format(seconds * 1000);
  }
}

/** Hours and minutes on a 24-hour clock. */
export const clockTime = (seconds, zone) =>
  format(seconds, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** A date as a number that can be compared: 2026-11-20 in that zone. */
export function dayOf(seconds, zone) {
  const [month, day, year] = format(seconds, zone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).split("/");
  return `${year}-${month}-${day}`;
}

function near(seconds, zone, now) {
  const day = dayOf(seconds, zone);
  const names = {
    [dayOf(now, zone)]: "today",
    [dayOf(now - DAY, zone)]: "yesterday",
    [dayOf(now + DAY, zone)]: "tomorrow",
  };
  return names[day] ?? null;
}

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th")}`;
}

function longDate(seconds, zone, weekday) {
  const part = (options) => format(seconds, zone, options);
  const date = `${part({ month: "long" })} ${ordinal(Number(part({ day: "numeric" })))}, ${part({ year: "numeric" })}`;
  return weekday ? `${part({ weekday: "long" })}, ${date}` : date;
}

function ago(seconds, now) {
  const steps = [
    [DAY, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  const [size, unit] = steps.find(([length]) => Math.abs(seconds - now) >= length) ?? steps[3];
  return new Intl.RelativeTimeFormat("en").format(Math.trunc((seconds - now) / size), unit);
}

const TOKENS = {
  date_num: (at, zone) => dayOf(at, zone),
  date: (at, zone) => longDate(at, zone, false),
  date_short: (at, zone) => format(at, zone, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (at, zone) => longDate(at, zone, true),
  time: (at, zone) => format(at, zone, { hour: "numeric", minute: "2-digit" }),
  time_secs: (at, zone) => format(at, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
};

/** Fill Slack's date tokens, such as "{date_short_pretty} at {time}"; null when one is not known. */
export function fillDate(template, seconds, { zone, now }) {
  let known = true;
  const filled = template.replace(/\{(\w+)\}/g, (_, token) => {
    const value = tokenValue(token, seconds, { zone, now });
    known &&= value !== null;
    return value ?? "";
  });
  return known ? filled : null;
}

function tokenValue(token, seconds, { zone, now }) {
  if (token === "ago") return ago(seconds, now);
  const name = token.replace(/_pretty$/, "");
  const pretty = name !== token ? near(seconds, zone, now) : null;
  return pretty ?? TOKENS[name]?.(seconds, zone) ?? null;
}

/** The heading between two days of a conversation. */
export function dayHeading(seconds, zone, now) {
  const name = near(seconds, zone, now);
  return name ? name[0].toUpperCase() + name.slice(1) : dayName(seconds, zone);
}

/** A day with its weekday: Friday, November 20. */
export const dayName = (seconds, zone) =>
  format(seconds, zone, { weekday: "long", month: "long", day: "numeric" });

/** A day and a time, as the clock shows them: Friday, November 20, 14:05. */
export const dayAndTime = (seconds, zone) => `${dayName(seconds, zone)}, ${clockTime(seconds, zone)}`;

/** The same where there is little room: Nov 20, 14:05. */
export const shortDayAndTime = (seconds, zone) =>
  `${format(seconds, zone, { month: "short", day: "numeric" })}, ${clockTime(seconds, zone)}`;

/** Epoch seconds of a local date and time ("2026-11-20T09:30") in a zone. */
export function epochOf(local, zone) {
  const asUtc = Date.parse(`${local}:00Z`) / 1000;
  let guess = asUtc;
  for (let round = 0; round < 2; round += 1) guess = asUtc - (wallClock(guess, zone) - guess);
  return guess;
}

/** The local date and time of epoch seconds in a zone, as an input of type datetime-local wants it. */
export function localOf(seconds, zone) {
  return new Date(wallClock(seconds, zone) * 1000).toISOString().slice(0, 16);
}

function wallClock(seconds, zone) {
  return Date.parse(`${dayOf(seconds, zone)}T${clockTime(seconds, zone)}:00Z`) / 1000 + (seconds % 60);
}
