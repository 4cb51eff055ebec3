import type { Session } from './api/session.ts'
import { Icon } from './parts/icon.tsx'
import { Menu } from './parts/menu.tsx'
import { setTheme, type Theme, theme } from './theme.ts'

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

/** Who uses the console, and how it looks to them. */
export function AccountMenu({ session: { user, access } }: { readonly session: Session }) {
  const name = user?.name ?? user?.email ?? (access === 'open' ? 'No login needed' : 'Not logged in')
  return (
    <div class="account">
      <Icon name="user" />
      <span class="grow truncate small" title={user?.email}>
        {name}
      </span>
      <Menu label="Theme" icon="theme" opensUp>
        {THEMES.map(([value, text]) => (
          <button
            key={value}
            type="button"
            aria-pressed={theme.value === value}
            onClick={() => setTheme(value)}
          >
            {text}
          </button>
        ))}
      </Menu>
    </div>
  )
}
