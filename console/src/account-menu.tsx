import { useSignal } from '@preact/signals'
import { callApi } from './api/call-api.ts'
import { loadSession, type Session } from './api/session.ts'
import { ChangePasswordDialog } from './change-password-dialog.tsx'
import { Icon } from './parts/icon.tsx'
import { Menu } from './parts/menu.tsx'
import { setTheme, type Theme, theme } from './theme.ts'

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

/** Who uses the console, how it looks to them, and how they leave it. */
export function AccountMenu({ session: { user, access, role } }: { readonly session: Session }) {
  const name = user?.name ?? (access === 'open' ? 'No login needed' : 'Not logged in')
  const isChanging = useSignal(false)
  return (
    <div class="account">
      <Icon name="user" />
      <span class="grow truncate small" title={user === null ? undefined : `${user.email} (${role})`}>
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
      {user !== null && (
        <Menu label="Your account" icon="down" opensUp>
          <button type="button" onClick={() => setChanging(true)}>
            Change password
          </button>
          <button type="button" onClick={() => void logOut()}>
            Log out
          </button>
        </Menu>
      )}
      {isChanging.value && <ChangePasswordDialog onClose={() => setChanging(false)} />}
    </div>
  )

  function setChanging(value: boolean): void {
    isChanging.value = value
  }
}

async function logOut(): Promise<void> {
  await callApi('/continuo/logout', { method: 'POST', body: {} }).catch(() => undefined)
  await loadSession()
}
