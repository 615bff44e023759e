using System.Diagnostics;
using System.Security.Cryptography;
using Vigil.Server.Tests.Running;
using Vigil.Trust;
using Vigil.Trust.Custody;

namespace Vigil.Server.Tests.Preservation;

public sealed class SealFaultTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task A_full_disk_keeps_nothing_of_what_did_not_fit_says_so_and_goes_on()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        var disk = _folder["disk"];
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            Run("mount", "-t", "tmpfs", "-o", "size=4m", "vigil-test", disk),
            "Nothing can be mounted here."
        );
        try
        {
            await using var custody = await CustodyKernel.OpenAsync(
                lockerFolder: Path.Combine(disk, "locker")
            );
            var first = await custody.SealAsync([1]);

            var refusal = await Assert.ThrowsAsync<ContentException>(() =>
                custody.SealAsync(RandomNumberGenerator.GetBytes(8 << 20))
            );

            Assert.Equal(ContentProblem.DiskFull, refusal.Problem);
            Assert.Contains("locker_full", await custody.AlarmsAsync());
            Assert.Equal([1], await custody.OpenAsync(first));
            var second = await custody.SealAsync([2]);
            Assert.Equal([2], await custody.OpenAsync(second));
            Assert.DoesNotContain("locker_full", await custody.AlarmsAsync());
            // Two heads and two bodies, and nothing temporary.
            var objects = Path.Combine(disk, "locker", "default", "objects");
            Assert.Equal(
                4,
                Directory
                    .GetFiles(objects, "*", SearchOption.AllDirectories)
                    .Count(file => !file.EndsWith(".lock"))
            );
            await custody.SweepAsync();
            Assert.Equal(2, (await custody.StandingAsync()).Held);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_sender_that_stops_half_way_or_sends_others_bytes_leaves_nothing()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var what = new ContentToSeal { Case = CustodyKernel.Case, Sha256 = SHA256.HashData(bytes) };
        await Assert.ThrowsAsync<IOException>(() =>
            custody.Kernel.Contents.SealAsync(CustodyKernel.Custodian, what, new CutOff(bytes))
        );
        var cut = await Assert.ThrowsAsync<ContentException>(() =>
            custody.Kernel.Contents.SealAsync(
                CustodyKernel.Custodian,
                what,
                new MemoryStream(bytes, 0, 299_999)
            )
        );
        Assert.Equal(ContentProblem.OtherDigest, cut.Problem);
        Assert.Empty(custody.Kernel.Contents.Kept.Of(TenantId.Default).Locker.List());
        Assert.Empty(Directory.GetFiles(custody.LockerFolder, "*.body", SearchOption.AllDirectories));
        Assert.Equal(0, (await custody.StandingAsync()).Held);
        var id = await custody.Kernel.Contents.SealAsync(
            CustodyKernel.Custodian,
            what,
            new MemoryStream(bytes)
        );
        Assert.Equal(bytes, await custody.OpenAsync(id));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_slow_sender_holds_up_nobody_and_is_cut_off_when_its_time_is_over()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        custody.Limits = new ContentLimits { MaxAtOncePerTenant = 1 };
        await custody.ReopenAsync();
        var due = await custody.SealAsync([1]);
        await custody.ActAsync(tx =>
            Holds.ClearAsync(tx, new ContentsCleared(CustodyKernel.Case, null, "Not CSAM."))
        );
        using var gone = new CancellationTokenSource();
        var (slow, never) = Trickle(custody, gone.Token);
        await never.Begun.WaitAsync(TestContext.Current.CancellationToken);

        var busy = await Assert.ThrowsAsync<ContentException>(() => custody.SealAsync([2]));
        Assert.Equal(ContentProblem.Busy, busy.Problem);
        // Destroyed, and its epoch closed, while the bytes trickle in.
        var report = await custody.SweepAsync();
        Assert.Equal((1, 1, false), (report.Destroyed, report.Closed, slow.IsCompleted));
        Assert.Equal("Destroyed", (await custody.FindAsync(due))!.State);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        await custody.SealAsync([2]);

        custody.Limits = new ContentLimits { MaxTime = TimeSpan.FromMilliseconds(50) };
        await custody.ReopenAsync();
        var cut = await Assert.ThrowsAsync<ContentException>(() =>
            Trickle(custody, CancellationToken.None).Sealing
        );
        Assert.Equal(ContentProblem.TooSlow, cut.Problem);
        Assert.Single(custody.Kernel.Contents.Kept.Of(TenantId.Default).Locker.List());
    }

    private static (Task<Guid> Sealing, NeverEnds Bytes) Trickle(
        CustodyKernel custody,
        CancellationToken cancellation
    )
    {
        var bytes = new NeverEnds();
        var what = new ContentToSeal { Case = CustodyKernel.Case, Sha256 = new byte[32] };
        return (custody.Kernel.Contents.SealAsync(CustodyKernel.Custodian, what, bytes, cancellation), bytes);
    }

    [Fact]
    public void One_tenants_senders_leave_room_for_anothers()
    {
        var turns = new SealingTurns(new ContentLimits { MaxAtOnce = 3, MaxAtOncePerTenant = 2 });
        var (one, other) = (new TenantId("one"), new TenantId("other"));
        turns.Take(one);
        turns.Take(one);
        Assert.Throws<ContentException>(() => turns.Take(one));
        turns.Take(other);
        Assert.Throws<ContentException>(() => turns.Take(other));
        turns.GiveBack(one);
        turns.Take(other);
        turns.GiveBack(other);
        turns.GiveBack(other);
        turns.GiveBack(one);
        turns.Take(one);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_who_bring_the_same_file_at_once_bring_it_once()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        var all = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => custody.SealAsync(bytes)))
        );
        Assert.Single(all.Distinct());
        Assert.Equal(1, (await custody.StandingAsync()).Held);
        Assert.Single(custody.Kernel.Contents.Kept.Of(TenantId.Default).Locker.List());
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_may_not_brings_and_opens_nothing_and_nothing_is_opened_without_a_reason()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync([1]);
        var nobody = Actor.Machine(TenantId.Default, "nobody", Permission.HoldRead);
        var contents = custody.Kernel.Contents;
        await Assert.ThrowsAsync<AccessDeniedException>(() =>
            contents.SealAsync(
                nobody,
                new ContentToSeal { Case = CustodyKernel.Case, Sha256 = SHA256.HashData([1]) },
                new MemoryStream([1])
            )
        );
        await Assert.ThrowsAsync<AccessDeniedException>(() =>
            contents.OpenAsync(nobody, id, Permission.ContentReveal, "A test.")
        );
        await Assert.ThrowsAsync<ArgumentException>(() =>
            contents.OpenAsync(CustodyKernel.Custodian, id, Permission.ContentReveal, " ")
        );
        await Assert.ThrowsAsync<ArgumentException>(() =>
            contents.OpenAsync(CustodyKernel.Custodian, id, Permission.HoldRead, "A test.")
        );
        Assert.DoesNotContain("content.opened", await custody.LedgerAsync(id.ToString()));
    }

    [Theory]
    [InlineData("FFD8FFE0", "picture")]
    [InlineData("89504E470D0A1A0A", "picture")]
    [InlineData("474946383961", "picture")]
    [InlineData("524946460000000057454250", "picture")]
    [InlineData("0000001866747970617669660000", "picture")]
    [InlineData("00000018667479706865696300000000", "picture")]
    [InlineData("0000001866747970697336340000", "video")]
    [InlineData("1A45DFA3", "video")]
    [InlineData("524946460000000041564920", "video")]
    [InlineData("255044462D", "other")]
    [InlineData("00", "other")]
    public async Task The_kind_is_told_by_the_first_bytes(string hex, string kind)
    {
        await using var custody = await CustodyKernel.OpenAsync(Profile.Demo, isDrilled: false);
        var id = await custody.SealAsync(Convert.FromHexString(hex));
        Assert.Equal(kind, (await custody.FindAsync(id))!.Kind);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false }
        )!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>Gives half of the bytes, then breaks as a connection does.</summary>
    private sealed class CutOff(byte[] bytes) : MemoryStream(bytes)
    {
        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) =>
            Position > Length / 2
                ? throw new IOException("The connection was reset.")
                : base.ReadAsync(buffer, offset, count, cancellationToken);
    }

    private sealed class NeverEnds() : MemoryStream([1])
    {
        private readonly TaskCompletionSource _begun = new();

        public Task Begun => _begun.Task;

        public override async Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        )
        {
            if (Position == 0)
            {
                return Read(buffer, offset, 1);
            }
            _begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
