/**
 * The only file that names the CDKTF library (ADR 1). Everything else imports what it needs from here, so that cdktn can
 * take its place by a change of the package names in this file and in azurerm.ts.
 */
export {
  Annotations,
  App,
  Aspects,
  AzurermBackend,
  LocalBackend,
  TerraformDataSource,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Token,
  type IAspect,
  type IResolvable,
  type IResolveContext,
  type ITerraformDependable,
  type TerraformMetaArguments,
} from 'cdktf';
