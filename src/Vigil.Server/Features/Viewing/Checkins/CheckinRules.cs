using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>
/// When a check-in is offered, and how long what comes of it stays. Each change is an act in the ledger.
/// </summary>
public sealed record CheckinRules
{
    private const string Setting = "viewing.checkin";

    /// <value>After 5 days with looks since the last one: a working week.</value>
    [Range(1, 60)]
    public int ExposureDays { get; init; } = 5;

    /// <value>90 days, then answers are deleted.</value>
    [Range(1, 365)]
    public int KeepDays { get; init; } = 90;

    /// <value>24 hours until who asked to talk to somebody waits too long.</value>
    [Range(1, 168)]
    public int AnswerHours { get; init; } = 24;

    public static async Task<CheckinRules> ReadAsync(Tx tx) =>
        await TenantSettings.FindAsync(tx, Setting) is { } text
            ? JsonSerializer.Deserialize<CheckinRules>(text, JsonSerializerOptions.Web)!
            : new CheckinRules();

    /// <summary>Records itself in the ledger.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the text says which range.</exception>
    public Task WriteAsync(Tx tx)
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        return TenantSettings.SetAsync(
            tx,
            Setting,
            JsonSerializer.Serialize(this, JsonSerializerOptions.Web)
        );
    }
}
