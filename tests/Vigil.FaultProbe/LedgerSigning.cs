using Vigil.Trust;

namespace Vigil.FaultProbe;

/// <summary>Signs a kernel's ledger in the background, as a server does, until it is disposed.</summary>
public sealed class LedgerSigning : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public LedgerSigning(TrustKernel kernel)
    {
        kernel.Services.Standing.Begin();
        _running = Task.Run(() => RunAsync(kernel));
    }

    private async Task RunAsync(TrustKernel kernel)
    {
        using var sequencer = kernel.NewSequencer();
        while (!_stop.IsCancellationRequested)
        {
            await sequencer.StepAsync(CancellationToken.None);
            await kernel.Services.SigningBell.WaitAsync(LedgerLimits.Pause, CancellationToken.None);
        }
        kernel.Services.Standing.End();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
