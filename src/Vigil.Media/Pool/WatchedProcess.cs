using System.Buffers.Text;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Pool;

/// <summary>What a process has used, as /proc/PID/stat tells.</summary>
internal readonly record struct Usage(TimeSpan Cpu, long ResidentBytes, int Threads);

/// <summary>
/// One process watched from outside. The open /proc/PID/stat and the pidfd belong to that very process: a
/// number that the kernel gives to another one later can be neither read nor killed through them.
/// </summary>
internal sealed class WatchedProcess : IDisposable
{
    /// <summary>USER_HZ: 100 on every processor that is supported.</summary>
    private const int TicksPerSecond = 100;

    private readonly FileStream _stat;
    private readonly int _pidFd;
    private readonly byte[] _text = new byte[1024];

    private WatchedProcess(int processId, FileStream stat, int pidFd) =>
        (ProcessId, _stat, _pidFd) = (processId, stat, pidFd);

    public int ProcessId { get; }

    /// <summary>
    /// The innermost process that <paramref name="launcherPid"/> led to; the launcher itself without a
    /// sandbox.
    /// </summary>
    public static WatchedProcess? Find(int launcherPid)
    {
        try
        {
            var chain = Chain(launcherPid);
            var pid = chain[^1];
            // With a keeper between the two, killing it ends all that is inside, and bubblewrap reaps what it
            // waits for.
            var toKill = chain.Count > 2 ? chain[1] : pid;
            var pidFd = (int)LibC.SysCall(SystemCalls.PidFdOpen, toKill, 0, 0, 0);
            return pidFd < 0 ? null : new WatchedProcess(pid, Open($"/proc/{pid}/stat"), pidFd);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// The same for a process that says nothing when it is up: null until the innermost one is called
    /// <paramref name="name"/>, because before that it is a launcher on its way.
    /// </summary>
    public static WatchedProcess? Find(int launcherPid, ReadOnlySpan<byte> name)
    {
        try
        {
            Span<byte> text = stackalloc byte[32];
            using var comm = Open($"/proc/{Chain(launcherPid)[^1]}/comm");
            var length = comm.Read(text);
            return text[..length].TrimEnd((byte)'\n').SequenceEqual(name) ? Find(launcherPid) : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>For a worker that never came up: whatever there is of it, the innermost first.</summary>
    /// <param name="launcherPid">A child of this process that was not waited for, so its number is still its
    /// own.</param>
    public static void KillTree(int launcherPid)
    {
        try
        {
            foreach (var pid in Chain(launcherPid).Reverse<int>())
            {
                _ = LibC.Kill(pid, LibC.SigKill);
            }
        }
        catch (IOException)
        {
            // One of them is gone by itself meanwhile.
        }
    }

    /// <summary>From the launcher inwards: each has one child at most.</summary>
    private static List<int> Chain(int launcherPid)
    {
        List<int> chain = [launcherPid];
        while (Child(chain[^1]) is { } child)
        {
            chain.Add(child);
        }
        return chain;
    }

    /// <summary>Null when the process is gone.</summary>
    public Usage? Read()
    {
        int length;
        try
        {
            length = RandomAccess.Read(_stat.SafeFileHandle, _text, 0);
        }
        catch (IOException)
        {
            return null;
        }
        if (length == 0)
        {
            return null;
        }
        // The name in parentheses may hold spaces; the fields that follow its last parenthesis do not
        // (proc(5)).
        var text = _text.AsSpan(0, length);
        var afterName = text[(text.LastIndexOf((byte)')') + 2)..];
        var isZombie = afterName.Length > 0 && afterName[0] is (byte)'Z' or (byte)'X';
        return isZombie
            ? null
            : new Usage(
                TimeSpan.FromSeconds((double)(Field(afterName, 14) + Field(afterName, 15)) / TicksPerSecond),
                Field(afterName, 24) * Environment.SystemPageSize,
                (int)Field(afterName, 20)
            );
    }

    public void Kill() => LibC.SysCall(SystemCalls.PidFdSendSignal, _pidFd, LibC.SigKill, 0, 0);

    /// <param name="afterName">The text from field 3 on.</param>
    /// <param name="number">The field's number in proc(5), counted from 1.</param>
    private static long Field(ReadOnlySpan<byte> afterName, int number)
    {
        for (var field = 3; field < number; field++)
        {
            afterName = afterName[(afterName.IndexOf((byte)' ') + 1)..];
        }
        return Utf8Parser.TryParse(afterName, out long value, out _) ? value : 0;
    }

    private static int? Child(int pid)
    {
        using var children = Open($"/proc/{pid}/task/{pid}/children");
        Span<byte> text = stackalloc byte[64];
        var length = children.Read(text);
        return Utf8Parser.TryParse(text[..length], out int child, out _) ? child : null;
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    public void Dispose()
    {
        _stat.Dispose();
        _ = LibC.Close(_pidFd);
    }
}
