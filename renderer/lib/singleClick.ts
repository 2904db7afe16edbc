/**
 * The click handler of a button that stands where another stood until that one was pressed (Start and Stop, Send and Stop):
 * the second half of a double click was meant for the other one and does nothing.
 * UI Events, `detail` of click: 1 for a single click, 2 for the second of a double click, 0 from the keyboard.
 */
export function onSingleClick(act: () => void): (event: { detail: number }) => void {
  return ({ detail }) => {
    if (detail < 2) act();
  };
}
