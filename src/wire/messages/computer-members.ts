import type { MemberSource } from './member-source.ts'
import { choice, integer, integers, number, string } from './tool-schema.ts'

const coordinate = integers(2, 'Pixels from the left edge of the screen, then from its top edge.')
const modifiers = string('Keys to hold meanwhile, such as `ctrl+shift`.')

/** A click: where the mouse is, unless the call names a place. */
function click(description: string): MemberSource {
  return { description, properties: { coordinate, text: modifiers } }
}

/** The tools of the computer toolset. */
export const COMPUTER_MEMBERS: Readonly<Record<string, MemberSource>> = {
  key: {
    description: 'Presses a key, or several together such as `ctrl+s`.',
    properties: { text: string('The keys.'), repeat: integer('How often; once if left out.') },
    required: ['text'],
  },
  hold_key: {
    description: 'Holds a key down for some seconds.',
    properties: { text: string('The keys.'), duration: number('How many seconds.') },
    required: ['text', 'duration'],
  },
  type: {
    description: 'Types a text.',
    properties: { text: string('The text.') },
    required: ['text'],
  },
  cursor_position: { description: 'Says where the mouse is.', properties: {} },
  mouse_move: { description: 'Moves the mouse.', properties: { coordinate }, required: ['coordinate'] },
  left_mouse_down: { description: 'Presses the left mouse button and keeps it down.', properties: {} },
  left_mouse_up: { description: 'Releases the left mouse button.', properties: {} },
  left_click: click('Clicks with the left mouse button.'),
  left_click_drag: {
    description: 'Drags with the left mouse button.',
    properties: {
      start_coordinate: integers(2, 'Where to begin.'),
      coordinate: integers(2, 'Where to end.'),
      text: modifiers,
    },
    required: ['start_coordinate', 'coordinate'],
  },
  right_click: click('Clicks with the right mouse button.'),
  middle_click: click('Clicks with the middle mouse button.'),
  double_click: click('Clicks twice with the left mouse button.'),
  triple_click: click('Clicks three times with the left mouse button.'),
  scroll: {
    description: 'Turns the mouse wheel.',
    properties: {
      coordinate,
      scroll_direction: choice(['up', 'down', 'left', 'right'], 'The direction.'),
      scroll_amount: integer('How many clicks of the wheel.'),
      text: modifiers,
    },
    required: ['scroll_direction', 'scroll_amount'],
  },
  wait: {
    description: 'Waits for some seconds.',
    properties: { duration: number('How many seconds.') },
    required: ['duration'],
  },
  screenshot: { description: 'Takes a screenshot.', properties: {} },
  zoom: {
    description: 'Shows a part of the screen in full resolution.',
    properties: { region: integers(4, 'The left, top, right and bottom edge of the part, in pixels.') },
    required: ['region'],
  },
}
