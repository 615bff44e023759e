namespace Vigil.Cli;

/// <summary>What the process tells its caller; a stable part of the interface.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>match and scan: something was found. doctor: something needed is missing.</summary>
    public const int Found = 1;

    /// <summary>The command was not understood, or is not in this version.</summary>
    public const int Usage = 2;

    /// <summary>
    /// Some inputs could not be processed; wins over <see cref="Found"/>: the answer is not complete.
    /// </summary>
    public const int Incomplete = 3;
}
