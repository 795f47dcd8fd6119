// A file over the limit is refused when it is chosen, before it travels over a slow network.
"use strict";
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type !== "file" || !field.dataset.max) return;
  const over = [...field.files].some((file) => file.size > Number(field.dataset.max));
  if (over) field.value = "";
  document.getElementById(`${field.id}-max`).hidden = !over;
});
