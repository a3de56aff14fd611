import { test } from '../runner.ts';
import { pathDialog, runsView, type Outside } from './window.ts';

export function openNothing({ open }: Outside): void {
  test('without a folder, the view says what to do, and its buttons work', async () => {
    const { page } = await open({ folder: null });
    const view = await runsView(page);
    await view.getByText('Open a folder to train a script').waitFor();
    await view.getByRole('button', { name: 'Open Folder' }).waitFor();
    await view.getByRole('button', { name: 'Open Run…' }).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Another folder' }).click();
    await pathDialog(page);
    await page.keyboard.press('Escape');
    await page.close();
  });
}
