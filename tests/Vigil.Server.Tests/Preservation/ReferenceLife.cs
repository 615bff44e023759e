namespace Vigil.Server.Tests.Preservation;

/// <summary>The obvious model of one content's life: what keeps it, hour by hour, in the words of the law.</summary>
internal sealed class ReferenceLife(DateTimeOffset sealedAt)
{
    private readonly List<(DateTimeOffset? Ends, DateTimeOffset? Lifted)> _holds = [];
    private readonly List<DateTimeOffset?> _reports = [];

    public DateTimeOffset SealedAt { get; } = sealedAt;

    public void AddHold(DateTimeOffset? ends) => _holds.Add((ends, null));

    public void Lift(int index, DateTimeOffset at) =>
        _holds[index] = (_holds[index].Ends, _holds[index].Lifted ?? at);

    public void BeginReport() => _reports.Add(null);

    public void FinishReport(int index, DateTimeOffset at) => _reports[index] = at;

    public void FinishOnce(int index, DateTimeOffset at) => _reports[index] ??= at;

    /// <summary>Nothing keeps it at this moment: it may go, and a day later it must be gone.</summary>
    public bool MayGo(DateTimeOffset now)
    {
        foreach (var (ends, lifted) in _holds)
        {
            var isOver = lifted != null || (ends != null && ends.Value <= now);
            if (!isOver)
            {
                return false;
            }
        }
        foreach (var finished in _reports)
        {
            if (finished == null || now < YearAndADayAfter(finished.Value))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>18 U.S.C. 2258A(h): a year, and a day more; where the year has no such day, 365 days and one
    /// more.</summary>
    public static DateTimeOffset YearAndADayAfter(DateTimeOffset at)
    {
        var isLeapDay = at.Month == 2 && at.Day == 29;
        var year = isLeapDay
            ? at.AddDays(365)
            : new DateTimeOffset(
                at.Year + 1,
                at.Month,
                at.Day,
                at.Hour,
                at.Minute,
                at.Second,
                at.Millisecond,
                at.Offset
            );
        return (year - at < TimeSpan.FromDays(365) ? at.AddDays(365) : year).AddDays(1);
    }
}
