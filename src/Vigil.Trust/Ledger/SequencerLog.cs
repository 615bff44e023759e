using Microsoft.Extensions.Logging;

namespace Vigil.Trust;

/// <summary>Log lines of the ledger's signing: event ids 350 to 359, never used again for something else.</summary>
internal static partial class SequencerLog
{
    [LoggerMessage(350, LogLevel.Information, "The ledger is signed by this process")]
    public static partial void Signing(ILogger log);

    [LoggerMessage(351, LogLevel.Warning, "Another process took over the signing of the ledger")]
    public static partial void LeaseLost(ILogger log);

    [LoggerMessage(352, LogLevel.Error, "ledger_not_signed: {Text} {Detail}")]
    public static partial void NotSigned(ILogger log, string text, string detail);
}
