// The overflow menu of a message or a view.

import { dotsMenu } from "../menu.js";
import { plain } from "../text/mrkdwn.js";

/** An overflow element. */
export function overflow(element, scene, { block_id, about }) {
  const chosen = (option) => (opener) =>
    scene.act(opener, { block_id, element, value: { selected_option: option } });
  return dotsMenu({
    label: about ? `More for: ${about}` : "More",
    key: `${block_id}/${element.action_id}`,
    items: element.options.map((option) => ({
      words: plain(option.text),
      url: option.url,
      run: chosen(option),
    })),
  });
}
