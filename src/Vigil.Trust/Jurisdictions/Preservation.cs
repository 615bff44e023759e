namespace Vigil.Trust;

/// <summary>How long the law of a place has contents kept. Data with its source; no legal advice.</summary>
/// <param name="Days">From the day that starts the clock.</param>
/// <param name="ByCalendarYear">A year by the calendar where that is longer: with a leap day it is 366 days.</param>
/// <param name="MarginDays">More, so that no reading of the day that starts the clock makes it too short.</param>
/// <param name="ReferenceDays">For the authority's reference number, where the law asks for it; 0: it does
/// not.</param>
/// <param name="Source">Where that stands.</param>
/// <param name="EffectiveFrom">Since when; null: not known.</param>
/// <param name="CheckedOn">When it was looked up.</param>
public sealed record Preservation(
    int Days,
    bool ByCalendarYear,
    int MarginDays,
    int ReferenceDays,
    string Source,
    DateOnly? EffectiveFrom,
    DateOnly CheckedOn
)
{
    /// <summary>Of SAMPLE contents in the profile demo: no law asks for it.</summary>
    public static readonly Preservation OfSamples = new(
        30,
        false,
        0,
        0,
        "SAMPLE contents of the demo; no law",
        null,
        new DateOnly(2026, 7, 2)
    );

    /// <summary>The moment from which on it is destroyed, when nothing else keeps it.</summary>
    public DateTimeOffset KeepUntil(DateTimeOffset from)
    {
        var days = Add(from, time => time.AddDays(Days));
        // 29 February plus a year is 28 February: never fewer days than the law says.
        var year = ByCalendarYear ? Add(from, time => time.AddYears(1)) : days;
        return Add(year > days ? year : days, time => time.AddDays(MarginDays));
    }

    /// <summary>Until when the record of a filed report is kept; null: the law asks for none.</summary>
    /// <param name="filedAt">By the authority's receipt.</param>
    public DateTimeOffset? KeepReferenceUntil(DateTimeOffset filedAt)
    {
        if (ReferenceDays == 0)
        {
            return null;
        }
        var days = Add(filedAt, time => time.AddDays(ReferenceDays));
        // Five years by the calendar have one or two leap days.
        var years = ByCalendarYear ? Add(filedAt, time => time.AddYears(ReferenceDays / 365)) : days;
        return Add(years > days ? years : days, time => time.AddDays(MarginDays));
    }

    /// <summary>Beyond the year 9999 there is no time: what would be kept until then is kept.</summary>
    private static DateTimeOffset Add(DateTimeOffset time, Func<DateTimeOffset, DateTimeOffset> add)
    {
        try
        {
            return add(time.ToUniversalTime());
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        }
    }
}
