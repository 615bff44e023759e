using System.Runtime.InteropServices;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>
/// The process holds lists and uploads in the clear: nobody may take its memory out, by core file, debugger or
/// the runtime's own diagnostics. For the whole process, and not to be undone.
/// </summary>
public static class ProcessSecrecy
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int CoreSize = 4; // RLIMIT_CORE

    private static IReadOnlyList<string>? _warnings;

    /// <summary>Applies what can be applied from inside; returns what only the caller's environment can.</summary>
    public static unsafe IReadOnlyList<string> Apply()
    {
        var warnings = new List<string>();
        ulong* none = stackalloc ulong[2];
        none[0] = none[1] = 0;
        // SAFETY: struct rlimit is two 64-bit numbers; the kernel reads them during the call.
        if (SetLimit(CoreSize, none) != 0 | PrCtl(SetDumpable, 0, 0, 0, 0) != 0)
        {
            warnings.Add("Core files could not be switched off: set 'ulimit -c 0' and start again.");
        }
        // Read by the runtime before the first line of ours runs, so it cannot be set from here.
        if (Environment.GetEnvironmentVariable("DOTNET_EnableDiagnostics") is not "0")
        {
            warnings.Add(
                "Another program of this user can take this process's memory through the .NET diagnostic socket: "
                    + "start it with DOTNET_EnableDiagnostics=0, as ./vigil does."
            );
        }
        if (Environment.GetEnvironmentVariable("DOTNET_DbgEnableMiniDump") is "1")
        {
            warnings.Add("DOTNET_DbgEnableMiniDump=1 writes memory to disk in a crash: remove it.");
        }
        return _warnings = warnings;
    }

    internal static ReadinessState State() =>
        _warnings switch
        {
            null => ReadinessState.Warning(
                "Dumps of this process were not switched off.",
                "Start it as 'vigil serve'."
            ),
            { Count: 0 } => ReadinessState.Ready("No dump can be taken."),
            [var first, ..] => ReadinessState.Warning("A dump could be taken.", first),
        };

    [DllImport("libc", EntryPoint = "prctl")]
    private static extern int PrCtl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern unsafe int SetLimit(int resource, ulong* softAndHard);
}
