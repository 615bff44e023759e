using Vigil.Trust;
using Vigil.Trust.Custody;

namespace Vigil.Server.Tests.Preservation;

/// <summary>
/// One content's life with looks at it, in memory: the program's rule and its judge of the clock, asked as a sweep asks
/// them, beside the reference. No database and no locker: <see cref="RetentionModelTests"/> has both for some lives.
/// </summary>
internal sealed class LifeInMemory(Random random)
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ReferenceLife _model = new(Begin);
    private readonly List<ClaimedHold> _holds = [];
    private readonly List<DateTimeOffset?> _reports = [];
    private DateTimeOffset _now = Begin;
    private bool _isGone;

    /// <summary>Something kept it, by the reference.</summary>
    public int Early { get; private set; }

    /// <summary>Nothing kept it for longer than the rule allows, after a look by a clock that is right.</summary>
    public int Overdue { get; private set; }

    public bool IsGone => _isGone;

    /// <summary>Looks by a clock that was set elsewhere.</summary>
    public int Jumps { get; private set; }

    public void Run(int steps)
    {
        // By law, from the sealing on: the hold that comes with it.
        _holds.Add(new ClaimedHold(null, KeepUntil(Begin)));
        _model.AddHold(ReferenceLife.YearAndADayAfter(Begin));
        for (var step = 0; step < steps && !_isGone; step++)
        {
            Change();
            if (random.Next(4) == 0)
            {
                Jumps++;
                Look(_now.AddDays(random.Next(2) == 0 ? 800 : -800));
            }
            _now = _now.AddHours(random.Next(1, 2500));
            // A look that is cut off does nothing; the next one does.
            if (random.Next(3) > 0)
            {
                Look(_now);
                CheckOverdue();
            }
        }
    }

    private void Change()
    {
        switch (random.Next(6))
        {
            case 0:
                DateTimeOffset? end = random.Next(2) == 0 ? null : _now.AddHours(random.Next(1, 9000));
                _holds.Add(new ClaimedHold(null, end));
                _model.AddHold(end);
                break;
            case 1 or 2 when _holds.Count > 1:
                var at = random.Next(1, _holds.Count);
                if (RetentionRule.IsActive(_holds[at].LiftedAt, _holds[at].ExpiresAt, _now))
                {
                    _holds[at] = _holds[at] with { LiftedAt = _now };
                    _model.Lift(at, _now);
                }
                break;
            case 3 when _reports.Count < 2:
                _reports.Add(null);
                _model.BeginReport();
                break;
            case 4 when _reports.Count > 0 && _reports[^1] is null:
                _reports[^1] = KeepUntil(_now);
                _model.FinishOnce(_reports.Count - 1, _now);
                break;
        }
    }

    /// <param name="wall">What the clock says; the machine's own time since its start is right.</param>
    private void Look(DateTimeOffset wall)
    {
        var anchor = new ClockMark("a", TimeSpan.Zero, Begin);
        var mark = new ClockMark("a", _now - Begin, wall);
        _isGone |= RetentionRule.Destroyable(Claims(), wall, TrustedClock.Judge(anchor, Begin, mark, null));
        Early += _isGone && !_model.MayGo(_now) ? 1 : 0;
    }

    private void CheckOverdue()
    {
        var due = RetentionRule.DueAt(Claims(), Begin);
        var isOverdue = due is { } since && _now - since > RetentionRule.OverdueAfter;
        Overdue += !_isGone && (isOverdue || _model.MayGo(_now)) ? 1 : 0;
    }

    private static DateTimeOffset KeepUntil(DateTimeOffset at) =>
        KnownJurisdictions.Find("US")!.Preservation!.KeepUntil(at);

    private Claims Claims() => new(_reports.Contains(null), [.. _reports.OfType<DateTimeOffset>()], _holds);
}
