using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>
/// The one thread that hunts compute on, behind everything else of the machine: .NET's own priorities do nothing on
/// Linux, where each thread has a nice value.
/// </summary>
internal sealed class QuietThread : IDisposable
{
    private const int Process = 0;
    private const int ThisThread = 0;
    private const int Nicest = 19;

    private readonly BlockingCollection<Action> _work = [];

    public QuietThread()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "retro-hunt" };
        thread.Start();
    }

    /// <summary>Runs it there; one after the other.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    private void Run()
    {
        // Where it may not, it hunts at the usual priority: one thread all the same.
        _ = setpriority(Process, ThisThread, Nicest);
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    public void Dispose() => _work.CompleteAdding();

#pragma warning disable IDE1006 // the C library's own name
    [DllImport("libc", SetLastError = true)]
    private static extern int setpriority(int which, int who, int priority);
#pragma warning restore IDE1006
}
