// Shows a question only while it is asked: for the chosen category, and while the answer it depends on is given.
// The server decides all of it again; without this script each question says in words when it is asked.

for (const group of document.querySelectorAll("[data-questions]")) begin(group);

function begin(group) {
  const form = group.closest("form");
  const questions = [...group.querySelectorAll("[data-question]")];
  for (const words of group.querySelectorAll("[data-when]")) words.hidden = true;
  const byName = new Map([...form.querySelectorAll("[data-question]")].map((one) => [one.dataset.question, one]));
  const show = () => showAsked(form, group, questions, byName);
  form.addEventListener("change", show);
  show();
}

function showAsked(form, group, questions, byName) {
  const asked = (question, above = []) => {
    if (!question || above.includes(question)) return false;
    const { if: name, is, categories } = question.dataset;
    if (categories && !categories.split(" ").includes(answers(form, "category")[0])) return false;
    return !name || (asked(byName.get(name), [...above, question]) && answers(form, name).includes(is));
  };
  for (const question of questions) question.hidden = !asked(question);
  group.hidden = questions.every((question) => question.hidden);
}

function answers(form, name) {
  const fields = [...form.elements].filter((field) => field.name === name);
  const given = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  return given.map((field) => field.value);
}
