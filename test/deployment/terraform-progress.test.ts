import { Terraform } from '../../src/deployment/terraform';

/** What `insights deploy` shows while Terraform prints `text`. */
async function shown(text: string): Promise<string[]> {
  const lines: string[] = [];
  const terraform = new Terraform({
    program: 'terraform',
    folder: '.',
    variables: {},
    run: async ({ onLine }) => {
      text.split('\n').forEach((line) => onLine?.(line));
      return { exitCode: 0, stdout: text, stderr: '' };
    },
    progress: (line) => void lines.push(line),
  });
  await terraform.applyPlan();
  return lines;
}

test('a plan shows no attribute, and so no notebook', async () => {
  const plan = `azurerm_resource_group.Group: Refreshing state... [id=/subscriptions/s/resourceGroups/rg]
data.azurerm_client_config.Client: Read complete after 0s [id=Y2xpZW50]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # azapi_data_plane_resource.Notebook will be updated in-place
  ~ resource "azapi_data_plane_resource" "Notebook" {
      ~ body = {
          ~ properties = {
              - source: "print(1)"
                "def lines: pass",
            }
        }
    }

Plan: 0 to add, 1 to change, 0 to destroy.`;
  expect(await shown(plan)).toEqual([
    'azurerm_resource_group.Group: Refreshing state...',
    'data.azurerm_client_config.Client: Read complete after 0s',
  ]);
});

test('an apply shows resources and operations; errors come with the failure, and outputs with the result', async () => {
  const apply = `azurerm_key_vault.Vault: Creating...
terraform_data.Salt (local-exec): The salt was created.
azurerm_key_vault.Vault: Still creating... [10s elapsed]
azurerm_key_vault.Vault: Creation complete after 21s [id=/subscriptions/s/vaults/kv]

Error: no quota

  with azurerm_key_vault.Vault,
  on cdk.tf.json line 1, in resource:

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

Outputs:

lake_url = "https://lake.dfs.core.windows.net"`;
  expect(await shown(apply)).toEqual([
    'azurerm_key_vault.Vault: Creating...',
    'terraform_data.Salt (local-exec): The salt was created.',
    'azurerm_key_vault.Vault: Still creating... [10s elapsed]',
    'azurerm_key_vault.Vault: Creation complete after 21s',
  ]);
});
