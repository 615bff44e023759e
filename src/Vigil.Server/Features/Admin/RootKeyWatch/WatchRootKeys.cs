using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.RootKeyWatch;

/// <summary>
/// Looks every few seconds whether shares of the root keys still lie on the server, and whether a recovery drill has
/// passed: says so in readiness with its age, and by an alarm that ends by itself.
/// </summary>
internal sealed partial class WatchRootKeys(
    RootKeys roots,
    Trust.Alarms alarms,
    TimeProvider time,
    ILogger<WatchRootKeys> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    /// <summary>What was told last of each code; null: that it is right.</summary>
    private readonly Dictionary<string, AlarmSeverity?> _told = new(StringComparer.Ordinal);

    private volatile RootKeyStanding? _standing;
    private bool _hasFailed;

    /// <summary>From memory.</summary>
    public ReadinessState State() =>
        _standing is not { } seen ? ReadinessState.Ready("The root keys are looked at in a moment.")
        : RootKeyConcern.Of(seen, time.GetUtcNow()) is [var worst, ..]
            ? ReadinessState.Warning(worst.Text, worst.Advice) with
            {
                Age = worst.Age,
            }
        : ReadinessState.Ready("A recovery drill of the root keys has passed; no share lies here.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(Every, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            var standing = roots.Standing();
            _standing = standing;
            await TellAsync(RootKeyConcern.Of(standing, time.GetUtcNow()), stopping);
            _hasFailed = false;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (!_hasFailed)
            {
                LogFailed(log, e.GetType().FullName);
            }
            _hasFailed = true;
        }
    }

    /// <summary>Raises what is new or has become urgent, and ends what is right again; each once.</summary>
    private async Task TellAsync(IReadOnlyList<RootKeyConcern> concerns, CancellationToken stopping)
    {
        foreach (var code in RootKeyConcern.Codes)
        {
            var concern = concerns.FirstOrDefault(one => one.Code == code);
            var word = concern?.Severity;
            if (_told.TryGetValue(code, out var told) && told == word)
            {
                continue;
            }
            await (
                word is { } severity
                    ? alarms.RaiseAsync(TenantId.Default, concern!.AsAlarm(severity), stopping)
                    : alarms.ClearAsync(TenantId.Default, code, cancellation: stopping)
            );
            _told[code] = word;
        }
    }

    [LoggerMessage(1950, LogLevel.Error, "The root keys could not be looked at: {Type}")]
    private static partial void LogFailed(ILogger log, string? type);
}
