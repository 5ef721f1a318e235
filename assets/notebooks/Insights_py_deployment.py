# Part of Insights_py: what was deployed, and the session that is prepared for it.

# %%
_workspace_form = re.compile(r'[A-Za-z0-9_-]{1,30}')
_version_form = re.compile(r'(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){1,2}')

# Small tables, small plans: what upstream lost most of its time to (200 partitions per shuffle, adaptive planning of tiny joins).
_session_settings = {
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.shuffle.partitions': '4',
    'spark.sql.adaptive.coalescePartitions.enabled': 'true',
    'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
    'spark.sql.parquet.datetimeRebaseModeInWrite': 'CORRECTED',
    'spark.sql.parquet.datetimeRebaseModeInRead': 'CORRECTED',
    # The other parser quotes the text that it could not read (ROW13).
    'spark.sql.legacy.timeParserPolicy': 'CORRECTED',
    'spark.sql.ansi.enabled': 'false',
    'spark.sql.hive.filesourcePartitionFileCacheSize': '0',
}


class Deployment:
    """What was deployed: the catalogue, the settings of the environment, and this session prepared for them."""

    def __init__(self, spark, secrets, document, workspace, version):
        if not _workspace_form.fullmatch(workspace) or (workspace.lower() in ('prod', 'dev') and workspace != workspace.lower()):
            raise InsightsError('WORKSPACE_NAME_INVALID', f'{workspace!r} is not a workspace name.')
        if not _version_form.fullmatch(version):
            raise InsightsError('DATA_VERSION_INVALID', f'{version!r} is not a data version.')
        self.spark, self._secrets = spark, secrets
        self.settings = document['settings']
        self.catalogue = Catalogue(document['catalogue'])
        self.metadata = document['metadataCsv']
        if workspace == 'prod' and self.catalogue.profile != 'strict':
            raise InsightsError('PROFILE_REFUSED', 'The v0.2 profile is for compatibility tests and is refused for prod.')
        self.paths = LakePaths(workspace, version)
        for name, value in _session_settings.items():
            spark.conf.set(name, value)
        self.store = LakeStore(spark, self.settings['lakeUrl'])

    def salt(self):
        """The workspace's salt from Key Vault (PRIV4). It is in no literal, log or report."""
        workspace, profile = self.paths.workspace, self.catalogue.profile
        name = 'oeaSalt' if workspace == 'prod' or profile == 'v0.2' else f'oeaSalt-{workspace}'
        salt = None
        try:
            salt = self._secrets.getSecret(self.settings['keyVault'], name, 'LS_KeyVault').strip()
        except Exception:
            salt = None
        if not salt:
            raise InsightsError('SALT_MISSING', f'The vault has no secret {name}, or this workspace may not read it.')
        return salt

    def erasure_key(self):
        """The key of the tombstones from Key Vault (ERASE1); asked for only where somebody was erased."""
        workspace, key = self.paths.workspace, None
        name = 'oeaErasureKey' if workspace == 'prod' else f'oeaErasureKey-{workspace}'
        try:
            key = self._secrets.getSecret(self.settings['keyVault'], name, 'LS_KeyVault').strip()
        except Exception:
            key = None
        if not key:
            raise InsightsError('ERASURE_KEY_MISSING', f'The vault has no secret {name}, or this workspace may not read it.')
        return key

    def storage_token(self):
        return self._secrets.getToken('Storage')

    def drop_folder(self, test_data_set, data_share_directory):
        """Workspace `prod` lands from the share; any other one test data, or the share where no set is named."""
        if self.paths.workspace == 'prod' or not test_data_set:
            return f'oea/pre_landing/data_shares/{data_share_directory}'
        return f'oea/pre_landing/test_data/{test_data_set}'
