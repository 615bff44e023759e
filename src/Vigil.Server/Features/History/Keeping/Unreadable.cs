using Vigil.Files;
using Vigil.Matching.Hunting;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// Tells bytes that will never open from an error that passes, such as too many open files: a file must not be given
/// up, and erased as damaged, for the second kind.
/// </summary>
internal static class Unreadable
{
    /// <summary>EIO, errno.h.</summary>
    private const int InputOutputError = 5;

    public static bool Is(Exception error) =>
        error switch
        {
            InputFileException file => file.Problem == InputFileProblem.NotFound,
            KeyRingException keys => keys.Problem
                is KeyRingProblem.EpochDestroyed
                    or KeyRingProblem.UnknownEpoch
                    or KeyRingProblem.UnknownTenant,
            SealBrokenException or HistoryFormatException or FormatException => true,
            IOException failed => failed.HResult == InputOutputError,
            _ => false,
        };
}
