// The component as a module: what Streamlit calls is there, and its imports lead somewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import component from "../../../ui/tree_table/tree_table.js";

test("the component is a function of one argument, as Streamlit calls it", () => {
  assert.equal(typeof component, "function");
  assert.equal(component.length, 1);
});
