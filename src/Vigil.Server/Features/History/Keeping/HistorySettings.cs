using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>What a tenant decided about its history.</summary>
internal sealed class HistorySettings
{
    /// <summary>Nobody decided anything.</summary>
    public static readonly HistorySettings Off = new();

    public bool IsOn { get; init; }

    /// <summary>Turned off; what was kept is being erased.</summary>
    public bool IsErasing { get; init; }

    /// <summary>Full days that are kept, the day of the scan not counted.</summary>
    public int Days { get; init; }

    public long MaxBytes { get; init; }

    /// <summary>A list that changed is hunted without anybody asking.</summary>
    public bool HuntsByItself { get; init; }

    /// <summary>Up to which generation of the lists hunts were planned.</summary>
    public long HuntedGeneration { get; init; }

    public DateTimeOffset? SinceAt { get; init; }

    /// <summary>The oldest day that is kept.</summary>
    public int FirstDay(DateTimeOffset now) => HistoryRules.DayOf(now) - Days;

    public static async Task<HistorySettings> ReadAsync(Tx tx) =>
        await tx.FindAsync<HistorySettings>(
            """
            select is_on, is_erasing, days, max_bytes, hunts_by_itself, hunted_generation, since_at
            from history where tenant = @tenant
            """
        ) ?? Off;
}
