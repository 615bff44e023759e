using System.Security.Cryptography;
using Vigil.FaultProbe;
using Vigil.Files;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>
/// A kernel with contents of its own: its cases answer as the test says, its clock is moved by hand, its folder
/// lies in memory where there is such a disk, because thousands of objects are stored.
/// </summary>
internal sealed class CustodyKernel : IAsyncDisposable
{
    public static readonly CaseRef Case = new("VC-0000-0000-00");

    public static readonly Actor Custodian = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.ContentBring,
        Permission.ContentReveal,
        Permission.HoldManage,
        Permission.HoldRead
    );

    private readonly TestDatabase _database;
    private readonly Profile _profile;

    private CustodyKernel(DirectoryInfo folder, TestDatabase database, Profile profile) =>
        (Folder, _database, _profile) = (folder, database, profile);

    public DirectoryInfo Folder { get; }

    public string LockerFolder { get; private init; } = "";

    public string KeysFolder => Path.Combine(Folder.FullName, "keys");

    public TestDatabase Database => _database;

    public ManualTime Time { get; } = new();

    public TrustKernel Kernel { get; private set; } = null!;

    private LedgerSigning? _signing;

    public ContentLimits Limits { get; set; } = new();

    /// <summary>Where the case lies; empty: nothing is kept there.</summary>
    public string Jurisdiction { get; set; } = "US";

    public static async Task<CustodyKernel> OpenAsync(
        Profile profile = Profile.Platform,
        bool isDrilled = true,
        string? lockerFolder = null
    )
    {
        var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"vigil-custody-{Guid.NewGuid():n}"));
        var made = new CustodyKernel(folder, await TestDatabase.CreateAsync(folder, profile), profile)
        {
            LockerFolder = lockerFolder ?? Path.Combine(folder.FullName, "locker"),
        };
        await made.ReopenAsync();
        if (isDrilled)
        {
            made.Drill();
        }
        return made;
    }

    /// <summary>As a process that was ended and starts again.</summary>
    public async Task ReopenAsync(Func<Task>? between = null)
    {
        await EndAsync();
        await (between?.Invoke() ?? Task.CompletedTask);
        Kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(_database.Source),
                KeysFolder = KeysFolder,
                LockerFolder = LockerFolder,
                Profile = _profile,
                Contents = Limits,
                Time = Time,
            },
            VigilApp.Tables
        );
        Kernel.Reactions.Answer<ContentCase, CaseForContent>(
            (_, wanted) =>
                Task.FromResult(
                    CaseRef.IsWellFormed(wanted.Case.Value)
                        ? new CaseForContent(true, false, false, Jurisdiction, false, null)
                        : CaseForContent.None
                )
        );
        _signing = new LedgerSigning(Kernel);
    }

    private async Task EndAsync()
    {
        if (_signing is not null)
        {
            await _signing.DisposeAsync();
        }
        Kernel?.Dispose();
    }

    /// <summary>Both root keys are had back from two shares.</summary>
    public void Drill()
    {
        foreach (var (_, folder) in RootKeys.Rings(KeysFolder))
        {
            using var keys = KeyRing.OpenOrCreate(folder);
            var shares = keys.SplitRoot();
            Assert.True(KeyRing.Drill(folder, shares[0], shares[2], Time.GetUtcNow()));
        }
    }

    public Task<Guid> SealAsync(byte[] bytes, CaseRef? reference = null) =>
        Kernel.Contents.SealAsync(
            Custodian,
            new ContentToSeal { Case = reference ?? Case, Sha256 = SHA256.HashData(bytes) },
            new MemoryStream(bytes)
        );

    public async Task<byte[]> OpenAsync(Guid id)
    {
        await using var stream = await Kernel.Contents.OpenAsync(
            Custodian,
            id,
            Permission.ContentReveal,
            "A test."
        );
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async Task<SweepReport> SweepAsync() => (await Kernel.Retention.SweepAsync(TenantId.Default))!;

    public Task<T> ActAsync<T>(Func<Tx, Task<T>> work) =>
        Kernel.Db.ActAsync(Custodian, Permission.HoldManage, work);

    public Task<bool> ActAsync(Func<Tx, Task> work) =>
        ActAsync(async tx =>
        {
            await work(tx);
            return true;
        });

    public Task<Guid> HoldAsync(NewHold hold) => ActAsync(tx => Holds.AddAsync(tx, hold));

    public static NewHold Legal(Guid content, DateTimeOffset? until = null) =>
        new()
        {
            Kind = HoldKind.Legal,
            ContentId = content,
            Authority = "Order 12 of a court",
            Reason = "A test.",
            ExpiresAt = until,
        };

    public Task<HeldContent?> FindAsync(Guid id) =>
        Kernel.Db.ReadAsync(Custodian, Permission.HoldRead, tx => HeldContents.FindAsync(tx, id));

    public Task<RetentionStanding> StandingAsync() =>
        Kernel.Db.ReadAsync(Custodian, Permission.HoldRead, HeldContents.StandingAsync);

    public Task<IReadOnlyList<string>> AlarmsAsync() =>
        Kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.QueryAsync<string>("select code from alert where tenant = @tenant and state <> 'Closed'")
        );

    public Task<IReadOnlyList<string>> LedgerAsync(string about) =>
        Kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            async tx =>
                (IReadOnlyList<string>)
                    [
                        .. (await LedgerReader.ReadAsync(tx, rows: 200))
                            .Where(entry => entry.Object == about)
                            .Select(entry => entry.Action)
                            .Reverse(),
                    ]
        );

    public IEnumerable<string> ObjectFiles(Guid id) =>
        Directory.Exists(LockerFolder)
            ? Directory.EnumerateFiles(LockerFolder, $"{id:n}.*", SearchOption.AllDirectories)
            : [];

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _database.DisposeAsync();
        Folder.Delete(recursive: true);
    }
}
