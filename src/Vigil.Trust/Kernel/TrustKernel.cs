using System.Data.Common;
using System.Reflection;
using Microsoft.AspNetCore.DataProtection;
using Vigil.Files;
using Vigil.Trust.Custody;
using Vigil.Trust.Data;

namespace Vigil.Trust;

/// <summary>Where a module's tables are defined.</summary>
/// <param name="Assembly">Holds the SQL files as resources.</param>
/// <param name="Folder">The module's folder in that assembly, as "Features/Lists".</param>
public sealed record ModuleTables(Assembly Assembly, string Folder);

/// <summary>What the kernel needs to start.</summary>
public sealed record TrustOptions
{
    public required DbOptions Database { get; init; }

    /// <summary>Folder of the key ring.</summary>
    public required string KeysFolder { get; init; }

    /// <summary>Folder of the signed ledger; null: `ledger` beside the keys.</summary>
    public string? LedgerFolder { get; init; }

    /// <summary>Folder of sealed contents.</summary>
    /// <value>"locker" beside the key ring's.</value>
    public string? LockerFolder { get; init; }

    /// <summary>Where the shares of the root keys are written to at the first start.</summary>
    /// <value>"shares" beside the key ring's.</value>
    public string? SharesFolder { get; init; }

    public ContentLimits Contents { get; init; } = new();

    /// <summary>For the first start; null: platform, or what it was.</summary>
    public Profile? Profile { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The kernel, opened: tables up to date, profile fixed, keys there.</summary>
public sealed class TrustKernel : IDisposable
{
    /// <summary>The kernel's own modules, in the order of their tables.</summary>
    private static readonly string[] Folders =
    [
        "Kernel",
        "ApiKeys",
        "People",
        "Outbox",
        "Alerts",
        "Jurisdictions",
        "Installation",
    ];

    /// <summary>Of profiles that keep contents.</summary>
    private static readonly string[] ContentFolders = ["Contents", "Retention"];

    private readonly KeyRing _keys;
    private readonly TrustOptions _options;

    private TrustKernel(TrustOptions options, RootKeys roots)
    {
        _options = options;
        RootKeys = roots;
        var keys = roots.Records;
        _keys = keys;
        Vault = new Vault(keys);
        DayVault = new DayVault(keys);
        var beside = Path.GetDirectoryName(Path.GetFullPath(options.KeysFolder))!;
        Journals = new Journals(Path.Combine(beside, "journals"), keys);
        Reactions = new Reactions();
        Services = new KernelServices(options.Time, Vault, Reactions);
        Db = new Db(options.Database, Services);
        ApiKeys = new ApiKeys(Db, Services);
        SoloMode = new SoloMode(Db, options.Time);
        var locker = options.LockerFolder ?? Path.Combine(beside, "locker");
        Contents = new Contents(
            Db,
            Services,
            new Lockers(locker, roots.Contents, keys),
            roots,
            options.Contents,
            () => Profile
        );
        Retention = new Retention(Db, Services, Contents);
        Tenants = new Tenants(Db, Vault, Contents, () => Profile);
        Sessions = new Sessions(Db, options.Time);
        SignIn = new SignIn(Db, options.Time, Sessions);
        Joining = new Joining(Db, options.Time);
        OwnSignIn = new OwnSignIn(Db, options.Time);
        Jurisdictions = new JurisdictionGate(Db, options.Time);
    }

    public Db Db { get; }

    public RootKeys RootKeys { get; }

    public Reactions Reactions { get; }

    public DayVault DayVault { get; }

    /// <summary>`journals` beside the keys; no backup of the database holds them.</summary>
    public Journals Journals { get; }

    public ApiKeys ApiKeys { get; }

    public SoloMode SoloMode { get; }

    public Contents Contents { get; }

    public Retention Retention { get; }

    public Tenants Tenants { get; }

    /// <summary>What must hold before work is sent here; features add theirs.</summary>
    public ReadinessChecks Readiness { get; } = new();

    /// <summary>What features still do before the server ends.</summary>
    public DrainSteps DrainSteps { get; } = new();

    public Sessions Sessions { get; }

    public SignIn SignIn { get; }

    public Joining Joining { get; }

    public OwnSignIn OwnSignIn { get; }

    /// <summary>Need the keys of the installation, so they are there from the end of the start.</summary>
    public Tickets Tickets => field ??= new Tickets(Vault.Of(TenantId.Default), Time);

    public Passkeys Passkeys => field ??= new Passkeys(Db, Tickets);

    /// <summary>For the framework's forms and cookies.</summary>
    public IDataProtectionProvider Forms => field ??= new SealedForms(Vault.Of(TenantId.Default));

    public JurisdictionGate Jurisdictions { get; }

    public TimeProvider Time => _options.Time;

    public Profile Profile { get; private set; }

    internal Vault Vault { get; }

    internal KernelServices Services { get; }

    /// <summary>Where the ledger lies; needs the keys of the installation, as above.</summary>
    internal LedgerSpot LedgerSpot => field ??= LedgerSpot.Of(_options, Vault);

    /// <summary>For who reads and proves what is signed.</summary>
    public SignedLedger SignedLedger => field ??= new SignedLedger(LedgerSpot, Services.Standing);

    internal Sequencer NewSequencer() => new(Db, LedgerSpot, Services.Standing);

    /// <param name="options">Where and what.</param>
    /// <param name="modules">Of a profile: the modules whose tables exist there.</param>
    /// <param name="cancellation">Stops before the tables are changed, or after.</param>
    /// <exception cref="InvalidOperationException">The installation is another's, altered, or newer.</exception>
    /// <exception cref="DatabaseUnavailableException">No database.</exception>
    public static async Task<TrustKernel> OpenAsync(
        TrustOptions options,
        Func<Profile, IEnumerable<ModuleTables>> modules,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(modules);
        var roots = RootKeys.Open(options.KeysFolder, options.SharesFolder, options.Time);
        var kernel = new TrustKernel(options, roots);
        try
        {
            if (options.Profile != Profile.Demo)
            {
                roots.ShareFirst();
            }
            await kernel.StartAsync(modules, cancellation);
            return kernel;
        }
        catch (DbException e)
        {
            kernel.Dispose();
            var engine = kernel.Db.Dialect;
            throw new DatabaseUnavailableException(
                engine.Refusal(e)
                    ?? engine.Unavailable(e)
                    ?? "The database refuses its tables: give Vigil a database of its own.",
                e
            );
        }
        catch
        {
            kernel.Dispose();
            throw;
        }
    }

    private async Task StartAsync(
        Func<Profile, IEnumerable<ModuleTables>> modules,
        CancellationToken cancellation
    )
    {
        var migrator = new Migrator(Db, Time);
        var own = Folders.Select(folder => new ModuleTables(typeof(TrustKernel).Assembly, folder));
        await migrator.RunAsync(Find(own), cancellation);
        Profile = await new InstallationRecord(Db, _keys).FixAsync(_options.Profile, cancellation);
        if (Profile == Profile.Demo)
        {
            RootKeys.DrillItself();
        }
        var contents = ContentFolders
            .Where(_ => Contents.ExistIn(Profile))
            .Select(folder => new ModuleTables(typeof(TrustKernel).Assembly, folder));
        var ofProfile = Find(contents.Concat(modules(Profile))).ToList();
        await migrator.RefuseNewerAsync([.. Find(own), .. ofProfile], cancellation);
        await migrator.RunAsync(ofProfile, cancellation);
        if (Contents.ExistIn(Profile))
        {
            await Retention.CatchUpAsync(cancellation);
        }
    }

    /// <summary>
    /// At the first start, when nobody has a key: makes one that may do everything, so that somebody can begin.
    /// Null ever after.
    /// </summary>
    public Task<string?> FirstKeyAsync(CancellationToken cancellation = default) =>
        Db.SystemAsync(
            ApiKeys.FirstStart,
            isWrite: true,
            async tx =>
            {
                var any = await tx.FindAsync<long>("select count(*) from api_key");
                return any > 0
                    ? null
                    : (await ApiKeys.CreateFirstAsync(tx, ApiKeys.FirstStart, TimeSpan.FromDays(30))).Secret;
            },
            cancellation: cancellation
        );

    /// <summary>
    /// As long as nobody has an account, each start gives a code with which the first admin makes theirs. Null
    /// ever after.
    /// </summary>
    public Task<string?> SetupCodeAsync(CancellationToken cancellation = default) =>
        Db.SystemAsync(
            ApiKeys.FirstStart,
            isWrite: true,
            async tx =>
                await People.CountAsync(tx) > 0
                    ? null
                    : (
                        await Invitations.CreateAsync(
                            tx,
                            InvitationKind.Setup,
                            null,
                            [Role.Admin],
                            PeopleLimits.SetupLife
                        )
                    ).Code,
            cancellation: cancellation
        );

    /// <summary>Tenants that are served: what background services go through.</summary>
    public Task<IReadOnlyList<TenantId>> TenantsAsync(CancellationToken cancellation = default) =>
        TenantsAsync(isSuspendedToo: false, cancellation);

    /// <summary>
    /// Suspended ones too: for what only removes what is over, or tells what was decided, and so stops for nobody.
    /// </summary>
    public Task<IReadOnlyList<TenantId>> KeptTenantsAsync(CancellationToken cancellation = default) =>
        TenantsAsync(isSuspendedToo: true, cancellation);

    private Task<IReadOnlyList<TenantId>> TenantsAsync(bool isSuspendedToo, CancellationToken cancellation) =>
        Db.SystemAsync<IReadOnlyList<TenantId>>(
            "tenants",
            isWrite: false,
            async tx =>
                [
                    .. (
                        await tx.QueryAsync<string>(
                            """
                            select tenant from tenant
                            where state = 'Active' or (@isSuspendedToo and state = 'Suspended')
                            order by tenant limit 10000
                            """,
                            new { isSuspendedToo }
                        )
                    ).Select(name => new TenantId(name)),
                ],
            cancellation: cancellation
        );

    /// <summary>Forgets answers kept for repeated requests, once they are a day old; rows removed.</summary>
    public Task<int> ForgetAnswersAsync(CancellationToken cancellation = default) =>
        Db.SystemAsync(
            "kept answers",
            isWrite: true,
            tx =>
                tx.ExecuteAsync(
                    "delete from idempotency where created_at < @before",
                    new { before = tx.Now - RequestKey.Life }
                ),
            cancellation: cancellation
        );

    private IEnumerable<Migration> Find(IEnumerable<ModuleTables> modules) =>
        modules.SelectMany(module => Migrator.Find(module.Assembly, module.Folder, Db.Dialect.Name));

    public void Dispose()
    {
        Contents.Dispose();
        Db.Dispose();
        RootKeys.Dispose();
    }
}
