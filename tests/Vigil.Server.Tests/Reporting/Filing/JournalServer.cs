using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>One server of <see cref="JournalWorld"/>: the real journals, peers and fence; its calls are counted.</summary>
internal sealed class JournalServer(JournalWorld world, string folder, Journals files, bool isNaive)
    : IDisposable
{
    /// <summary>Of one filing: look, announce, write, agree, call, keep.</summary>
    public const int Steps = 6;

    private static readonly Actor Actor = Actor.Machine(TenantId.Default, "filing", Permission.ReportFile);

    private FilingJournals? _journals;
    private PeerStanding _standing;

    public string Folder => folder;

    public bool IsRunning => _journals is not null;

    /// <summary>It does nothing and hears nothing, and does not know it.</summary>
    public bool IsPaused { get; set; }

    private FilingJournal Journal => _journals!.Find(TenantId.Default)!;

    public async Task StartAsync()
    {
        _journals = new FilingJournals(world.Kernel, JournalWorld.Limits, files);
        await LookAsync();
    }

    public void Kill()
    {
        _journals?.Dispose();
        (_journals, IsPaused) = (null, false);
    }

    public void Dispose() => Kill();

    public void LoseJournal()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async Task LookAsync()
    {
        await _journals!.OpenAsync(Actor, default);
        _standing = isNaive
            ? PeerStanding.IsIn
            : await _journals.PeersOf(TenantId.Default).LookAsync(Actor, default);
    }

    /// <summary>Files what the database says is not filed, as far as it may.</summary>
    public async Task FileAllAsync()
    {
        foreach (var id in world.Reports)
        {
            foreach (var _ in Filing(id, out var next))
            {
                if (!await next())
                {
                    break;
                }
            }
        }
    }

    /// <summary>One filing, step by step; a step that says false ends it.</summary>
    public IEnumerable<int> Filing(Guid id, out Func<Task<bool>> next)
    {
        var at = 0;
        Begun? begun = null;
        next = async () =>
            at++ switch
            {
                0 => await MayBeginAsync(id),
                1 => (begun = await AnnounceAsync(id)) is not null,
                2 => Write(begun!),
                3 => await AgreeAsync(begun!.Head),
                4 => Call(begun!),
                _ => await KeepAsync(begun!),
            };
        return Enumerable.Range(0, Steps);
    }

    /// <summary>A package is given out, or a person says that it was handed over; false: it may not be now.</summary>
    public async Task<bool> NoteAsync(Guid id, PackageStep step)
    {
        if (!await MayBeginAsync(id))
        {
            return false;
        }
        var lines = new PackageLines(_journals!);
        var report = (await world.WriteAsync(tx => ReportRow.FindAsync(tx, id)))!;
        if (step != PackageStep.Given)
        {
            await world.WriteAsync(tx => lines.HearAsync(tx, new PackageNoted(report, step, null)));
            return true;
        }
        var line = await world.WriteAsync(tx => lines.NextAsync(tx, report, step));
        Journal.Append(line);
        if (!await AgreeAsync(line.Head!.Value))
        {
            return false;
        }
        world.Given.Add(id);
        return true;
    }

    private async Task<bool> MayBeginAsync(Guid id)
    {
        await LookAsync();
        return _standing == PeerStanding.IsIn
            && await world.FencedAsync() == 0
            && !await world.WriteAsync(tx => Fence.IsBehindAsync(tx, Journal, id));
    }

    private Task<Begun?> AnnounceAsync(Guid id) =>
        world.WriteAsync(async tx =>
        {
            var row = (await FilingRow.LockAsync(tx, id))!;
            if (row.Parsed.IsFinal)
            {
                return null;
            }
            var before = row.Parsed;
            var state = before with
            {
                Epoch = row.Epoch + 1,
                CallNumber = before.CallNumber + 1,
                Phase = FilingPhase.Finishing,
                IsSent = true,
                // Another report of theirs each time it is begun.
                ReportId = before.ReportId ?? world.Kernel.Time.GetTimestamp(),
                FinishMayHaveArrived = before.IsSent,
            };
            await FilingRow.RaiseEpochAsync(tx, id, state.Epoch);
            await FilingRow.ReplaceAsync(tx, id, row.Version, state, null, "", []);
            var head = await JournalRow.AdvanceAsync(tx, Journal);
            Journal.IsBehind |= head == 0;
            return new Begun((await ReportRow.FindAsync(tx, id))!, state, head, row.Version + 1);
        });

    private bool Write(Begun begun)
    {
        Append(begun.Report, begun.State, begun.Head);
        return true;
    }

    private async Task<bool> AgreeAsync(long head)
    {
        if (isNaive)
        {
            return true;
        }
        var peers = _journals!.PeersOf(TenantId.Default);
        var waited = TimeSpan.Zero;
        while (true)
        {
            var isLong = waited >= JournalWorld.Limits.PeerGone;
            if (await peers.TryAgreeAsync(Actor, head, isLong, default) is { } agreed)
            {
                return agreed;
            }
            await world.LookAsync(times: 1);
            waited += TimeSpan.FromSeconds(1);
        }
    }

    private bool Call(Begun begun)
    {
        world.Finished[begun.State.ReportId!.Value] = begun.Report.Id;
        return true;
    }

    private async Task<bool> KeepAsync(Begun begun)
    {
        var state = begun.State with { Phase = FilingPhase.Filed, IsSent = false };
        var (isKept, head) = await world.WriteAsync(async tx =>
            await FilingRow.ReplaceAsync(tx, begun.Report.Id, begun.Version, state, null, "", [])
                ? (true, await JournalRow.AdvanceAsync(tx, Journal))
                : (false, 0)
        );
        if (isKept)
        {
            Append(begun.Report, state, head);
        }
        return isKept;
    }

    private void Append(ReportRow report, FilingState state, long head) =>
        Journal.Append(
            JournalLine.Of(report, state, world.Kernel.Time.GetUtcNow(), default) with
            {
                Head = head > 0 ? head : null,
            }
        );

    private sealed record Begun(ReportRow Report, FilingState State, long Head, long Version);
}
