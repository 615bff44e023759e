using Vigil.Evidence;
using Vigil.Files;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// The only way to contents. They are sealed under a hold, where profile and jurisdiction permit it and once a
/// recovery drill has passed; each opening is in the signed ledger before a byte is given out.
/// </summary>
public sealed partial class Contents : IDisposable
{
    // errno(3): ENOSPC and EDQUOT, as Vigil.Files gives them.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private readonly Db _db;
    private readonly KernelServices _kernel;
    private readonly Lockers _lockers;
    private readonly RootKeys _roots;
    private readonly ContentLimits _limits;
    private readonly Func<Profile> _profile;
    private readonly SealingTurns _sealing;

    internal Contents(
        Db db,
        KernelServices kernel,
        Lockers lockers,
        RootKeys roots,
        ContentLimits limits,
        Func<Profile> profile
    )
    {
        _db = db;
        _kernel = kernel;
        _lockers = lockers;
        _roots = roots;
        _limits = limits;
        _profile = profile;
        _sealing = new SealingTurns(limits);
    }

    /// <summary>Profiles that may keep contents; in the others not even the tables exist.</summary>
    public static bool ExistIn(Profile profile) =>
        profile is Profile.Platform or Profile.Hotline or Profile.LawEnforcement or Profile.Demo;

    public ContentLimits Limits => _limits;

    internal Lockers Kept => _lockers;

    /// <summary>
    /// Seals: first the object, then its row and its preservation hold in one act. What is cut off between is
    /// destroyed after a day. The same file brought again into the same case and item is not stored twice.
    /// </summary>
    /// <param name="actor">Who brings it; needs <see cref="Permission.ContentBring"/>.</param>
    /// <param name="what">Where it belongs, and its SHA-256.</param>
    /// <param name="bytes">Read once, to its end.</param>
    /// <param name="cancellation">Stops before the row is written, or after.</param>
    /// <returns>The content's id.</returns>
    /// <exception cref="ContentException">It is not kept; the text says why and what to do.</exception>
    public async Task<Guid> SealAsync(
        Actor actor,
        ContentToSeal what,
        Stream bytes,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(what);
        ArgumentNullException.ThrowIfNull(bytes);
        if (what.Sha256.Length != 32)
        {
            throw new ArgumentException("SHA-256 has 32 bytes.", nameof(what));
        }
        actor.Require(Permission.ContentBring);
        RequireDrill();
        if (await FindSameAsync(actor, what, cancellation) is { } known)
        {
            return known;
        }
        _sealing.Take(actor.Tenant);
        try
        {
            var id = _kernel.NewId();
            using var time = new CancellationTokenSource(_limits.MaxTime, _kernel.Time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
            using var checkedBytes = new CheckedBytes(bytes, what.Sha256, _limits.MaxBytes, ends.Token);
            await StoreAsync(actor.Tenant, id, checkedBytes, cancellation);
            return await RecordAsync(actor, what, id, checkedBytes, cancellation);
        }
        finally
        {
            _sealing.GiveBack(actor.Tenant);
        }
    }

    /// <summary>
    /// The plain bytes, each chunk verified before it is given out: a damaged one ends the stream with an error.
    /// The opening is in the ledger, under a signed checkpoint, before this returns.
    /// </summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="contentId">As <see cref="SealAsync"/> gave it.</param>
    /// <param name="permission">For what: to render, to reveal, or to export.</param>
    /// <param name="reason">Stands in the ledger.</param>
    /// <param name="cancellation">Stops before the stream is opened.</param>
    /// <exception cref="ContentException">It is not there, destroyed, or damaged.</exception>
    public async Task<Stream> OpenAsync(
        Actor actor,
        Guid contentId,
        Permission permission,
        string reason,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (
            permission
            is not (Permission.ContentRender or Permission.ContentReveal or Permission.ContentExport)
        )
        {
            throw new ArgumentException(
                "Contents are opened to render, to reveal or to export.",
                nameof(permission)
            );
        }
        await _db.SignedAsync(
            actor,
            permission,
            async tx =>
            {
                RequireThere(await CustodyTables.ContentAsync(tx, contentId));
                await tx.RecordAsync(
                    new LedgerAct("content.opened", contentId.ToString())
                    {
                        Reason = reason,
                        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["for"] = permission.ToString(),
                        },
                    }
                );
                return true;
            },
            cancellation
        );
        return await OpenObjectAsync(actor.Tenant, contentId);
    }

    /// <summary>Name of the locker's object.</summary>
    internal static string ObjectOf(Guid id) => id.ToString("n");

    /// <summary>The id that an object's name stands for; null: it was never made here.</summary>
    internal static Guid? IdOf(string objectName) =>
        Guid.TryParseExact(objectName, "n", out var id) ? id : null;

    /// <exception cref="ContentException">Another process keeps the locker.</exception>
    internal TenantCustody CustodyOf(TenantId tenant)
    {
        try
        {
            return _lockers.Of(tenant);
        }
        catch (FileInUseException e)
        {
            throw new ContentException(
                ContentProblem.Elsewhere,
                "The locker of this data folder is kept by another process: send this to that one, or end it.",
                e
            );
        }
    }

    private void RequireDrill()
    {
        if (!ExistIn(_profile()))
        {
            throw NotPermitted("This installation's profile keeps no contents: hash, report, discard.");
        }
        if (_roots.DrilledAt is null)
        {
            throw new ContentException(ContentProblem.NoDrill, KeyRing.DrillFirst);
        }
    }

    private async Task StoreAsync(
        TenantId tenant,
        Guid id,
        CheckedBytes bytes,
        CancellationToken cancellation
    )
    {
        var locker = CustodyOf(tenant).Locker;
        try
        {
            // On a thread that may wait for a slow sender.
            await Task.Factory.StartNew(
                () => locker.Put(ObjectOf(id), bytes),
                cancellation,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ContentException(
                ContentProblem.TooSlow,
                $"The bytes did not come within {_limits.MaxTime.TotalMinutes:0} minutes: nothing was kept. Send it "
                    + "again over a better connection.",
                e
            );
        }
        catch (IOException e) when (e.HResult is NoSpace or QuotaExceeded)
        {
            await RaiseAsync(
                tenant,
                new Alarm(
                    "locker_full",
                    AlarmSeverity.Page,
                    "Contents cannot be sealed: the disk of the locker is full. Free space or grow the disk."
                )
            );
            throw new ContentException(
                ContentProblem.DiskFull,
                "The disk of the locker is full: nothing was kept. Free space, then send it again.",
                e
            );
        }
        // A number of the system's: what the sender's connection fails with has none.
        catch (IOException e) when (e.HResult > 0)
        {
            await RaiseAsync(
                tenant,
                new Alarm(
                    "locker_failing",
                    AlarmSeverity.Page,
                    "Contents cannot be sealed: the disk of the locker refuses to write. Check it (dmesg), and whether "
                        + "it is mounted read-only."
                )
            );
            throw new ContentException(
                ContentProblem.DiskFailed,
                "The disk of the locker refuses to write: nothing was kept. Have it checked, then send it again.",
                e
            );
        }
        await ClearAsync(tenant, "locker_full");
        await ClearAsync(tenant, "locker_failing");
    }

    private async Task<Stream> OpenObjectAsync(TenantId tenant, Guid id)
    {
        try
        {
            return CustodyOf(tenant).Locker.Get(ObjectOf(id));
        }
        catch (Exception e) when (e is LockerException or SealBrokenException or KeyRingException)
        {
            await RaiseAsync(tenant, MissingAlarm(id));
            throw new ContentException(
                ContentProblem.Damaged,
                "The content should be in the locker and does not open: put its files back from a backup.",
                e
            );
        }
    }

    internal static Alarm MissingAlarm(Guid id) =>
        new(
            "content_missing",
            AlarmSeverity.Page,
            "A content that is held is not in the locker, or does not open. Put its files back from a "
                + "backup before the next epoch is closed; until then no epoch is."
        )
        {
            About = id.ToString(),
        };

    private static void RequireThere(ContentRow? row)
    {
        if (row is null)
        {
            throw new ContentException(ContentProblem.NoSuchContent, "There is no such content.");
        }
        if (row.State != ContentRow.Sealed)
        {
            throw new ContentException(
                ContentProblem.Destroyed,
                "This content was destroyed, or is being destroyed: the page of what is held says when and why."
            );
        }
    }

    private Task<bool> RaiseAsync(TenantId tenant, Alarm alarm) =>
        SystemAsync(tenant, tx => tx.RaiseAlarmAsync(alarm));

    private Task<bool> ClearAsync(TenantId tenant, string code) =>
        SystemAsync(tenant, tx => tx.ClearAlarmAsync(code));

    private Task<bool> SystemAsync(TenantId tenant, Func<Tx, Task> work) =>
        _db.SystemAsync(
            "contents",
            isWrite: true,
            async tx =>
            {
                await work(tx);
                return true;
            },
            tenant
        );

    private static ContentException NotPermitted(string text) => new(ContentProblem.NotPermittedHere, text);

    public void Dispose() => _lockers.Dispose();
}
