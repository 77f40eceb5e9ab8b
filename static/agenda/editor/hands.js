// What pointer and keys do to the board, with what is said meanwhile.

import { placeInWords } from "./cards.js";
import { say } from "./messages.js";
import { titleOf, together, word } from "./words.js";

/** What a pointer does; `check` looks up what a place would clash with. */
export function pointerActs({ board, verbs, panel, check, draw }) {
  const tell = (place, clashes) =>
    say(together("sentences", [placeInWords(place, board), ...sentences(clashes)]), clashes.length ? "clash" : "");
  return {
    move: (id, place, version) => verbs.put(id, place, version),
    toTray: (id, version) => (board.placeOf(id) ? verbs.toTray(id, version) : draw()),
    create: (place) => verbs.create(place),
    open: (id) => panel.open(id),
    check: (id, place, ghost) => {
      ghost?.classList.remove("has-clash");
      if (place) tell(place, []);
      check.look(id, place, (clashes) => {
        ghost.classList.toggle("has-clash", clashes.length > 0);
        tell(place, clashes);
      });
    },
  };
}

/** What keys do; each says whether the key meant something. */
export function keyActs({ board, view, verbs, panel, check, draw, closePanel, zoom }) {
  const title = (id) => titleOf(board.sessions.get(id));
  const told = (text) => say(text) ?? true;
  const putDown = (id) => {
    check.look(null, null, null);
    view.card(id)?.classList.remove("is-held");
  };
  const ifAllowed = (id, act) => {
    if (!board.sessions.get(id).may_change) return told(word("act-on", { act: title(id), title: word("locked") }));
    act();
    return true;
  };
  return {
    move: (id, place, version) => {
      putDown(id);
      verbs.put(id, place, version);
    },
    leave: (id) => {
      putDown(id);
      board.forget(id);
      draw();
      say(word("not-moved", { title: title(id) }));
    },
    propose: (id, place) => {
      board.propose(id, place);
      view.draw();
      view.card(id).classList.add("is-held");
      view.card(id).scrollIntoView({ block: "nearest", inline: "nearest" });
      const moving = word("moving", { title: title(id), place: placeInWords(place, board) });
      say(moving);
      check.look(id, place, (clashes) => clashes.length && say(together("sentences", [...sentences(clashes), moving]), "clash"));
    },
    open: (id) => panel.open(id, true) ?? true,
    close: closePanel,
    moveTo: (id) => ifAllowed(id, () => verbs.moveTo(id)),
    tray: (id) => ifAllowed(id, () => (board.placeOf(id) ? verbs.toTray(id) : verbs.moveTo(id))),
    create: () => {
      verbs.create(null);
      return true;
    },
    zoom: (steps) => zoom.by(steps),
    locked: (id) => ifAllowed(id, () => null),
    noSuchDay: () => told(word("other-days")),
  };
}

function sentences(clashes) {
  return clashes.map((clash) => clash.sentence.replace(/[.。]$/, ""));
}
