namespace Vigil.Trust;

/// <summary>
/// The ledger cannot be signed now, so privileged acts are refused. To whoever tries again later it is as a
/// database that is away. From <see cref="Db.SignedAsync"/> it may also come after the act was recorded: its
/// effect must not happen then.
/// </summary>
public sealed class LedgerUnavailableException(string message) : DatabaseUnavailableException(message);
