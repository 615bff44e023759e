using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>What a tenant asks of its people at most. Each change is an act in the ledger.</summary>
public sealed record ViewingRules
{
    /// <summary>No rule is above it.</summary>
    public const int MostViewsAnHour = 200;

    private const string Setting = "viewing.rules";

    /// <value>60 minutes of unblurred pictures a day; then another person must lift the stop.</value>
    [Range(1, 240)]
    public int DailyMinutes { get; init; } = 60;

    /// <value>20 minutes a day of what was graded as severe; then another person must lift the stop. Own choice: no
    /// source gives a number.</value>
    [Range(1, 240)]
    public int SevereMinutes { get; init; } = 20;

    /// <value>At 80 % of either the person is told.</value>
    [Range(10, 100)]
    public int SoftPercent { get; init; } = 80;

    /// <value>25 minutes of viewing without a break.</value>
    [Range(5, 120)]
    public int BlockMinutes { get; init; } = 25;

    /// <value>5 minutes without a view make a break.</value>
    [Range(1, 60)]
    public int BreakMinutes { get; init; } = 5;

    /// <value>2 cases of new material in a row.</value>
    [Range(1, 20)]
    public int NewMaterialInRow { get; init; } = 2;

    /// <value>After 5 cases that may burden comes one that does not.</value>
    [Range(1, 50)]
    public int GraphicInRow { get; init; } = 5;

    /// <value>200, which is also the most.</value>
    [Range(1, MostViewsAnHour)]
    public int ViewsAnHour { get; init; } = MostViewsAnHour;

    /// <value>10 seconds, then a picture is covered again.</value>
    [Range(1, 30)]
    public int RevealSeconds { get; init; } = 10;

    /// <value>120 seconds of a video's frames, or of its sound; then it is put away. Own choice: no source gives a
    /// number.</value>
    [Range(10, 600)]
    public int VideoSeconds { get; init; } = 120;

    /// <value>No new case in the last 30 minutes of a shift, or before quiet hours.</value>
    [Range(0, 120)]
    public int LastMinutes { get; init; } = 30;

    /// <value>7 days with looks, then a person is asked how they are; also when a limit was reached. 0: never. Own
    /// choice: no source gives a number.</value>
    [Range(0, 30)]
    public int CheckInDays { get; init; } = 7;

    /// <summary>Minutes of the day at which quiet hours begin and end; equal: there are none.</summary>
    /// <value>0 and 0: nobody can know where this installation's people sleep.</value>
    [Range(0, 1439)]
    public int QuietFrom { get; init; }

    [Range(0, 1439)]
    public int QuietTo { get; init; }

    /// <summary>Of the people's clock, in minutes.</summary>
    [Range(-720, 840)]
    public int UtcOffsetMinutes { get; init; }

    /// <summary>Whom to talk to; stands on everybody's own page.</summary>
    [MaxLength(500)]
    public string Helpers { get; init; } = "";

    public TimeSpan Offset => TimeSpan.FromMinutes(UtcOffsetMinutes);

    /// <summary>When the person's day began.</summary>
    public DateTimeOffset DayOf(DateTimeOffset now) => new(now.ToOffset(Offset).Date, Offset);

    public bool IsQuiet(DateTimeOffset at)
    {
        var minute = (int)at.ToOffset(Offset).TimeOfDay.TotalMinutes;
        return QuietFrom <= QuietTo
            ? minute >= QuietFrom && minute < QuietTo
            : minute >= QuietFrom || minute < QuietTo;
    }

    public static async Task<ViewingRules> ReadAsync(Tx tx) =>
        await TenantSettings.FindAsync(tx, Setting) is { } text
            ? JsonSerializer.Deserialize<ViewingRules>(text, JsonSerializerOptions.Web)!
            : new ViewingRules();

    /// <summary>Records itself in the ledger, whom to turn to as a keyed digest.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the text says which range.</exception>
    public Task WriteAsync(Tx tx)
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        return TenantSettings.SetAsync(
            tx,
            Setting,
            JsonSerializer.Serialize(this, JsonSerializerOptions.Web),
            JsonSerializer.Serialize(this with { Helpers = "" }, JsonSerializerOptions.Web),
            Helpers
        );
    }
}
