import type { ClientTool } from './client-tools.ts'
import { choice, inputSchema, integer, integers, number, string } from './tool-schema.ts'

/** The screen that a computer tool works on. */
export interface Screen {
  readonly widthPx: number
  readonly heightPx: number
  /** The display's number under X11; null if it was not sent. */
  readonly displayNumber: number | null
}

const FIRST_ACTIONS = [
  ...['key', 'type', 'mouse_move', 'left_click', 'left_click_drag', 'right_click', 'middle_click'],
  ...['double_click', 'screenshot', 'cursor_position'],
]
const MORE_ACTIONS = ['left_mouse_down', 'left_mouse_up', 'scroll', 'hold_key', 'wait', 'triple_click']

/** The actions of each version of the computer tool. */
export const COMPUTER_TOOLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['computer_20241022', FIRST_ACTIONS],
  ['computer_20250124', [...FIRST_ACTIONS, ...MORE_ACTIONS]],
  ['computer_20251124', [...FIRST_ACTIONS, ...MORE_ACTIONS]],
])

/**
 * The computer tool, which its caller runs.
 *
 * @param hasZoom whether a part of the screen can be looked at closely
 * @see the API's page on the computer use tool
 */
export function computerTool(actions: readonly string[], screen: Screen, hasZoom: boolean): ClientTool {
  const { widthPx, heightPx, displayNumber } = screen
  const display = displayNumber === null ? '' : ` It is display ${displayNumber}.`
  const has = (action: string) => actions.includes(action)
  return {
    name: 'computer',
    description:
      'Uses the mouse and the keyboard of a computer, and takes screenshots of it. ' +
      `Its screen is ${widthPx} pixels wide and ${heightPx} pixels high.${display}`,
    inputSchema: inputSchema(
      {
        action: choice(hasZoom ? [...actions, 'zoom'] : actions, 'What to do.'),
        coordinate: integers(2, 'Where to do it: pixels from the left edge, then from the top edge.'),
        text: string('Of `type`: the text. Of `key` and `hold_key`: the keys, such as `ctrl+s`.'),
        ...(has('left_mouse_down')
          ? { start_coordinate: integers(2, 'Of `left_click_drag`: where to begin.') }
          : {}),
        ...(has('scroll')
          ? {
              scroll_direction: choice(['up', 'down', 'left', 'right'], 'Of `scroll`: the direction.'),
              scroll_amount: integer('Of `scroll`: how many clicks of the wheel.'),
              duration: number('Of `hold_key` and `wait`: how many seconds.'),
            }
          : {}),
        ...(hasZoom
          ? { region: integers(4, 'Of `zoom`: the left, top, right and bottom edge of the part, in pixels.') }
          : {}),
      },
      ['action'],
    ),
  }
}
