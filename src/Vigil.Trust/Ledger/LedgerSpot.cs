using System.Security.Cryptography;
using System.Text;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>Where a ledger and its signing key lie on this machine.</summary>
/// <param name="Folder">Of the ledger.</param>
/// <param name="KeysFolder">Of the installation.</param>
/// <param name="Origin">Name of the ledger: the same on every machine of the installation.</param>
internal sealed record LedgerSpot(string Folder, string KeysFolder, string Origin)
{
    private const string KeyFile = "ledger.key";

    /// <summary>This machine and folder, for the lease: nobody else's, and the same after a restart.</summary>
    public string Holder { get; } =
        Convert.ToHexStringLower(
            SHA256
                .HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{Path.GetFullPath(Folder)}"))
                .AsSpan(0, 8)
        );

    public static LedgerSpot Of(TrustOptions options, Vault vault)
    {
        var digest = vault.Of(TenantId.Default).Digest("ledger origin").Of("1"u8);
        return new LedgerSpot(
            options.LedgerFolder
                ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.KeysFolder))!, "ledger"),
            options.KeysFolder,
            $"vigil/ledger/{Convert.ToHexStringLower(digest.AsSpan(0, 8))}"
        );
    }

    /// <summary>The signing key; made only for a ledger that never had one.</summary>
    /// <param name="verifier">The public key that the database knows; null: none yet.</param>
    /// <exception cref="LedgerException">It is not there, or another.</exception>
    public SigningKey OpenKey(string? verifier)
    {
        var path = Path.Combine(KeysFolder, KeyFile);
        if (verifier is not null && !Path.Exists(path))
        {
            throw Refused($"'{path}', which signs the ledger, is not there");
        }
        var key = SigningKey.OpenOrCreate(path, Origin, SignatureType.Ed25519);
        if (verifier is null || verifier == key.Verifier.ToString())
        {
            return key;
        }
        key.Dispose();
        throw Refused($"'{path}' is another key than the one that signed the ledger so far");
    }

    /// <summary>Opens the folder, recomputes all of it, and holds its lock.</summary>
    /// <exception cref="LedgerException">Not there, or not as it was signed.</exception>
    public Ledger Open(
        SigningKey key,
        LedgerHead head,
        IProgress<long> progress,
        CancellationToken cancellation
    )
    {
        if (head.Size > 0 && !Path.Exists(Path.Combine(Folder, "checkpoint")))
        {
            throw new LedgerException(
                LedgerProblem.Missing,
                $"The ledger of {head.Size} entries is not in '{Folder}', and no second one is begun. One folder "
                    + "belongs to the database: let the process that has it run; or end that process and copy its "
                    + "folder here; or let both use one shared folder."
            );
        }
        var known = head.Note is null ? null : Checkpoint.Open(head.Note, key.Verifier);
        return Ledger.Open(Folder, key, known, progress, cancellation);
    }

    private static LedgerException Refused(string what) =>
        new(
            LedgerProblem.NotSigned,
            $"{what}: put the file back from the backup of the keys folder, or copy it from the process that signed."
        );
}
